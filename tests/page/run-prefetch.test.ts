import { expect, test, vi } from 'vitest'

import type { PrefetchProgress } from '../../src/protocol/reports.ts'
import type {
  PrefetchStep,
  PrefetchStepProgress,
  PrefetchStepReport,
} from '../../src/protocol/worker-api.ts'
import { runPrefetch } from '../../src/page/run-prefetch.ts'
import type { WorkerLink } from '../../src/page/worker-link.ts'

const url = 'https://a.test/d.img'

function report(change: Partial<PrefetchStepProgress> = {}): PrefetchStepProgress {
  return {
    kind: 'progress',
    etag: '"a"',
    generation: 'one',
    totalBytes: 1000,
    storedBytes: 1000,
    storedBefore: 0,
    done: true,
    ...change,
  }
}

/** A worker that answers the steps of a prefetch with these reports, and remembers what it was asked. */
function answerWith(answers: readonly (PrefetchStepReport | Error | Promise<never>)[]): {
  api: WorkerLink['api']
  asked: { url: string; step: PrefetchStep }[]
} {
  const asked: { url: string; step: PrefetchStep }[] = []
  const api = {
    async prefetchStep(askedUrl: string, step: PrefetchStep): Promise<PrefetchStepReport> {
      const answer = await answers[asked.push({ url: askedUrl, step }) - 1]
      if (answer === undefined) throw new Error('More steps than expected')
      if (answer instanceof Error) throw answer
      return answer
    },
  }
  return { api: api as unknown as WorkerLink['api'], asked }
}

test('goes on step by step until everything is stored', async () => {
  const { api, asked } = answerWith([
    report({ storedBefore: 100, storedBytes: 300, done: false }),
    report({ storedBefore: 300, storedBytes: 700, done: false }),
    report({ storedBefore: 700, storedBytes: 1000 }),
  ])
  const progress: PrefetchProgress[] = []
  const result = await runPrefetch(api, url, { onProgress: (one) => progress.push(one) })
  expect(result).toEqual({ url, etag: '"a"', totalBytes: 1000, fetchedBytes: 900 })
  const step = { url, step: { concurrency: 2 } }
  expect(asked).toEqual([step, step, step])
  expect(progress.map(({ storedBytes, fetchedBytes }) => [storedBytes, fetchedBytes])).toEqual([
    [300, 200],
    [700, 600],
    [1000, 900],
  ])
  for (const one of progress) expect(one).toMatchObject({ url, totalBytes: 1000 })
  expect(progress[0]).toMatchObject({ bytesPerSecond: 0 })
  expect(progress[0]).not.toHaveProperty('secondsLeft')
})

test('tells how long it will take once it knows the rate', async () => {
  const now = vi.spyOn(performance, 'now')
  const steps = [0, 1000, 2000].map((nowMs) => {
    now.mockReturnValueOnce(nowMs)
    return report({ storedBytes: 100 + nowMs / 10, done: nowMs === 2000 })
  })
  const progress: PrefetchProgress[] = []
  await runPrefetch(answerWith(steps).api, url, { onProgress: (one) => progress.push(one) })
  now.mockRestore()
  expect(progress.map(({ bytesPerSecond, secondsLeft }) => [bytesPerSecond, secondsLeft])).toEqual([
    [0, undefined],
    [100, 8],
    [100, 7],
  ])
})

test('asks for the ranges and the concurrency that it was given', async () => {
  const ranges = [{ start: 0, end: 512 }]
  const { api, asked } = answerWith([report()])
  await runPrefetch(api, url, { ranges, concurrency: 7 })
  expect(asked).toEqual([{ url, step: { ranges, concurrency: 7 } }])
})

test('asks again while the origin has not said what there is', async () => {
  const waiting = { kind: 'waiting' } as const
  const { api, asked } = answerWith([waiting, waiting, report()])
  const progress: PrefetchProgress[] = []
  const result = await runPrefetch(api, url, { onProgress: (one) => progress.push(one) })
  expect(result).toMatchObject({ totalBytes: 1000, fetchedBytes: 1000 })
  expect([asked.length, progress.length]).toEqual([3, 1])
})

test('has nothing to fetch when everything is stored', async () => {
  const { api } = answerWith([report({ storedBefore: 1000 })])
  expect(await runPrefetch(api, url, {})).toMatchObject({ totalBytes: 1000, fetchedBytes: 0 })
})

test('does not invent an entity tag', async () => {
  const { etag: _, ...withoutEtag } = report()
  expect(await runPrefetch(answerWith([withoutEtag]).api, url, {})).not.toHaveProperty('etag')
})

test.each([0, -1, 33, 1.5, NaN, Infinity])(
  'refuses a concurrency of %d before it asks the worker',
  async (concurrency) => {
    const { api, asked } = answerWith([])
    await expect(runPrefetch(api, url, { concurrency })).rejects.toMatchObject({
      code: 'invalid-option',
      details: { option: 'concurrency', value: concurrency },
    })
    expect(asked).toEqual([])
  },
)

test('stops with disk-changed when another generation is being fetched', async () => {
  const { api, asked } = answerWith([
    report({ done: false }),
    report({ generation: 'two', done: false }),
  ])
  await expect(runPrefetch(api, url, {})).rejects.toMatchObject({
    code: 'disk-changed',
    details: { url },
  })
  expect(asked).toHaveLength(2)
})

test('stops at once when it is aborted in the middle of a step', async () => {
  const controller = new AbortController()
  const { api, asked } = answerWith([report({ done: false }), new Promise<never>(() => undefined)])
  const prefetch = runPrefetch(api, url, {
    signal: controller.signal,
    onProgress: () => queueMicrotask(() => controller.abort()),
  })
  await expect(prefetch).rejects.toMatchObject({ code: 'aborted' })
  expect(asked.length).toBeLessThanOrEqual(2)
})

test('asks for no further step when it is aborted between two', async () => {
  const controller = new AbortController()
  const { api, asked } = answerWith([report({ done: false })])
  const prefetch = runPrefetch(api, url, {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  })
  await expect(prefetch).rejects.toMatchObject({ code: 'aborted' })
  expect(asked).toHaveLength(1)
})

test('asks for nothing when it was aborted before', async () => {
  const { api, asked } = answerWith([report()])
  await expect(runPrefetch(api, url, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'aborted',
  })
  expect(asked).toHaveLength(0)
})

test('passes on what went wrong in a step', async () => {
  const failure = new Error('no room')
  const { api } = answerWith([report({ done: false }), failure])
  await expect(runPrefetch(api, url, {})).rejects.toBe(failure)
})
