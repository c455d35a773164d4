import { expect, test } from 'vitest'

import type { EventFeed } from '../../src/page/event-feed.ts'
import { createHeardReads } from '../../src/page/heard-reads.ts'
import type { HeardRead, LazyScripts } from '../../src/page/lazy-scripts.ts'
import type { WorkerLink } from '../../src/page/worker-link.ts'
import type { DiskCacheEvent, ReadEvent } from '../../src/protocol/events.ts'

const url = 'https://example.test/a.img'
const block = 65_536

/** Code that gives what was heard to `kept`. */
function keepTo(kept: (heard: readonly HeardRead[]) => void): LazyScripts {
  return {
    offline: async () => ({
      keepRecording: async (_api: unknown, _url: string, recording: { heard: HeardRead[] }) =>
        kept(recording.heard),
    }),
  } as unknown as LazyScripts
}

test('a recording has what was read since it began, and not what is only told since then', async () => {
  let kept: readonly HeardRead[] = []
  let tell: (events: readonly DiskCacheEvent[]) => void = () => undefined
  const feed = {
    subscribe(listener: typeof tell) {
      tell = listener
      return () => undefined
    },
  } as unknown as EventFeed
  const load = keepTo((heard) => (kept = heard))
  const recorder = createHeardReads({} as WorkerLink['api'], { feed, load }).record(url)
  const readAt = (at: number | undefined, start: number): DiskCacheEvent =>
    ({ type: 'read', url, range: { start, end: start + 512 }, at }) as ReadEvent
  const nowMs = Date.now()
  tell([readAt(nowMs - 90, 0), readAt(nowMs + 10, block)])
  // An older worker does not say when it was.
  tell([readAt(undefined, 2 * block)])
  await recorder.stop()
  expect(kept.map(({ start }) => start)).toEqual([block, 2 * block])
})

test('a recording keeps what is read for the first time, however long it goes on', async () => {
  let kept: readonly HeardRead[] = []
  const load = keepTo((heard) => (kept = heard))
  const feed = { subscribe: () => () => undefined } as unknown as EventFeed
  const reads = createHeardReads({} as WorkerLink['api'], { feed, load })
  const recorder = reads.record(url)
  const [one, other] = [reads.listeners(url), reads.listeners(`${url}2`)]
  for (let time = 0; time < 100; time++) one.onRead({ start: 512, end: 1024 })
  other.onRead({ start: 512, end: 1024 })
  // Its second half is new.
  one.onRead({ start: block - 512, end: block + 512 })
  one.onRead({ start: block, end: block + 512 })
  await recorder.stop()
  expect(kept.map(({ url: of, start, end }) => [of, start, end])).toEqual([
    [url, 512, 1024],
    [`${url}2`, 512, 1024],
    [url, block - 512, block + 512],
  ])
})
