import { profileBlockBytes } from '../core/boot-profile.ts'
import type { ByteRange } from '../core/byte-range.ts'
import type { BootRecorder } from '../protocol/boot.ts'
import type { EventFeed } from './event-feed.ts'
import { loadScript } from './lazy-scripts.ts'
import type { HeardRead, LazyScripts, ReadListeners } from './lazy-scripts.ts'
import type { WorkerLink } from './worker-link.ts'

/** Blocks of all disks that are told apart: more than a profile has. */
const maxSeen = 65_536

/** What is read of disks, through the worker and past it. */
export interface HeardReads {
  /** Records what is read of a disk from now on. */
  record(url: string): BootRecorder
  /** Who hears of what a device reads: the worker is told what it has not heard. */
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
      const startedAt = Date.now()
      const heard: HeardRead[] = []
      const seen = new Set<string>()
      // A guest may read for hours before anybody stops the recording: what it reads again is of no interest.
      const listener = (read: HeardRead): void => {
        const before = seen.size
        for (const at of blocksOf(read)) {
          if (seen.size >= maxSeen) break
          seen.add(`${read.url} ${at}`)
        }
        if (seen.size > before) heard.push(read)
      }
      listeners.add(listener)
      const end = feed.subscribe((events) => {
        for (const event of events) {
          if (event.type !== 'read' || event.range === undefined) continue
          // What was read just before is told only now. A worker of an older release does not say when it was.
          if (event.at === undefined || event.at >= startedAt)
            tellOf(listener, event.url, event.range)
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
      onUnheard: (ranges) => void api.noteReads(url, ranges).catch(() => undefined),
    }),
  }
}

/** Where the blocks begin that a read touches. */
function* blocksOf({ start, end }: ByteRange): Generator<number> {
  for (let at = start - (start % profileBlockBytes); at < end; at += profileBlockBytes) yield at
}

function tellOf(listener: (read: HeardRead) => void, url: string, range: ByteRange): void {
  listener({ url, ...range, atMs: performance.now() })
}
