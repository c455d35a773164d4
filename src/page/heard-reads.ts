import type { ByteRange } from '../core/byte-range.ts'
import type { BootRecorder } from '../protocol/boot.ts'
import type { EventFeed } from './event-feed.ts'
import { loadScript } from './lazy-scripts.ts'
import type { HeardRead, LazyScripts, ReadListeners } from './lazy-scripts.ts'
import type { WorkerLink } from './worker-link.ts'

/** What is read of disks, through the worker and past it. */
export interface HeardReads {
  /** Records what is read of a disk from now on. */
  record(url: string): BootRecorder
  /** Who hears of what a device reads: its first reads are noted as those of a boot. */
  listeners(url: string): ReadListeners
}

/** Makes the {@link HeardReads} of a page. */
export function createHeardReads(
  api: WorkerLink['api'],
  { feed, load }: { feed: EventFeed; load: LazyScripts },
): HeardReads {
  const listeners = new Set<(read: HeardRead) => void>()

  function tell(url: string, range: ByteRange): void {
    for (const listener of listeners) tellOf(listener, url, range)
  }

  return {
    record(url) {
      const heard: HeardRead[] = []
      const listener = (read: HeardRead): void => void heard.push(read)
      listeners.add(listener)
      const end = feed.subscribe((events) => {
        for (const event of events) {
          if (event.type === 'read' && event.range) tellOf(listener, event.url, event.range)
        }
      })
      return {
        stop: async () =>
          (await loadScript('offline', load.offline)).keepRecording(api, url, {
            heard,
            end() {
              listeners.delete(listener)
              end()
            },
          }),
      }
    },
    listeners: (url) => ({
      onRead: (range) => tell(url, range),
      onFirstReads: (ranges) => void api.noteReads(url, ranges).catch(() => undefined),
    }),
  }
}

function tellOf(listener: (read: HeardRead) => void, url: string, range: ByteRange): void {
  listener({ url, ...range, atMs: performance.now() })
}
