import type { BlockDevice } from '../core/block-device.ts'
import { profileBlockBytes } from '../core/boot-profile.ts'
import type { ByteRange } from '../core/byte-range.ts'
import type { BootRecorder } from '../protocol/boot.ts'
import type { EventFeed } from './event-feed.ts'
import { loadScript } from './lazy-scripts.ts'
import type { HeardRead, LazyScripts } from './lazy-scripts.ts'
import type { WorkerLink } from './worker-link.ts'

/** What is read of disks, through the worker and past it. */
export interface HeardReads {
  /** Records what is read of a disk from now on. */
  record(url: string): BootRecorder
  /** A device whose first reads are noted as those of a boot. */
  listenTo(device: BlockDevice, url: string): BlockDevice
}

/** The worker hears so often of what a device reads. */
const batchMs = 1_000

/** When a device has wanted nothing new for so long, its boot is over. */
const quietMs = 20_000

/** The worker reports reads in batches of 100 ms. */
const lastBatchMs = 250

/** Makes the {@link HeardReads} of a page. */
export function createHeardReads(
  api: WorkerLink['api'],
  { feed, load }: { feed: EventFeed; load: LazyScripts },
): HeardReads {
  const listeners = new Set<(read: HeardRead) => void>()

  function tell(url: string, range: ByteRange): void {
    for (const listener of listeners) listener({ url, ...range, atMs: performance.now() })
  }

  return {
    record(url) {
      const heard: HeardRead[] = []
      const listener = (read: HeardRead): void => void heard.push(read)
      listeners.add(listener)
      const end = feed.subscribe((events) => {
        for (const event of events) {
          if (event.type === 'read' && event.range) {
            listener({ url: event.url, ...event.range, atMs: performance.now() })
          }
        }
      })
      return {
        async stop() {
          const script = loadScript('offline', load.offline)
          await new Promise((resolve) => setTimeout(resolve, lastBatchMs))
          listeners.delete(listener)
          end()
          return (await script).keepRecording(api, url, heard)
        },
      }
    },
    listenTo(device, url) {
      const seen = new Set<number>()
      let [batch, lastNewMs]: [ByteRange[], number] = [[], Infinity]
      const send = (): void => {
        void api.noteReads(url, batch).catch(() => undefined)
        batch = []
      }
      const note = (range: ByteRange): void => {
        tell(url, range)
        if (seen.size > 1 && performance.now() - lastNewMs > quietMs) return
        const before = seen.size
        const last = Math.floor((range.end - 1) / profileBlockBytes)
        for (let block = Math.floor(range.start / profileBlockBytes); block <= last; block++) {
          seen.add(block)
        }
        if (seen.size === before) return
        lastNewMs = performance.now()
        if (batch.push(range) === 1) setTimeout(send, batchMs)
      }
      return {
        ...device,
        read(offset, length) {
          const reading = device.read(offset, length)
          // One that fails reads nothing.
          void reading.then(
            () => note({ start: offset, end: offset + length }),
            () => undefined,
          )
          return reading
        },
      }
    },
  }
}
