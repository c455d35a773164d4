import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { DiskCacheError } from '../../src/core/errors.ts'
import { runPrefetchStep } from '../../src/worker/prefetch-step.ts'
import { access, createFetcherBench, honest } from './fetcher-bench.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test.each([200, 206] as const)(
  'tells that nothing can be stored, however fast that is found out: %i',
  async (status) => {
    const bench = createFetcherBench({
      sizeBytes: 64 * 1024,
      chunkSize: 4096,
      async assertRoom() {
        throw new DiskCacheError('quota-exceeded', 'There is no room.')
      },
      async answer(request) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        return honest(request, { sizeBytes: 64 * 1024, status, pieces: Infinity })
      },
    })
    const selected = { kind: 'generation', fetcher: bench.fetcher, isNew: false } as const
    const ended = expect(
      runPrefetchStep(selected, { concurrency: 2 }, { ...access, urgency: 'prefetch' }),
    ).rejects.toThrow('There is no room.')
    await vi.advanceTimersByTimeAsync(1000)
    await ended
  },
)
