import { expect, test } from 'vitest'

import type { EventFeed } from '../../src/page/event-feed.ts'
import { createHeardReads } from '../../src/page/heard-reads.ts'
import type { HeardRead, LazyScripts } from '../../src/page/lazy-scripts.ts'
import type { WorkerLink } from '../../src/page/worker-link.ts'

const url = 'https://example.test/a.img'
const block = 65_536

test('a recording keeps what is read for the first time, however long it goes on', async () => {
  let kept: readonly HeardRead[] = []
  const load = {
    offline: async () => ({
      keepRecording: async (_api: unknown, _url: string, recording: { heard: HeardRead[] }) => {
        kept = recording.heard
      },
    }),
  } as unknown as LazyScripts
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
