import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { intersectRanges } from '../../src/core/byte-range.ts'
import { chunksTouching, countChunks, indicesOf } from '../../src/core/chunk-grid.ts'
import { DiskCacheError } from '../../src/core/errors.ts'
import { badResponse } from '../../src/origin/check-response.ts'
import type { OriginRequest, OriginResponse } from '../../src/origin/chunk-source.ts'
import {
  access,
  content,
  createFetcherBench,
  honest,
  identity,
  isOfDisk,
  isStoreGood,
  readThrough,
} from './fetcher-bench.ts'
import type { FetcherBench } from './fetcher-bench.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const { sizeBytes } = identity
const kinds = [
  'honest',
  'honest',
  'shorter',
  'whole',
  'cut',
  'refused',
  'busy',
  'too long',
] as const

const arbitraryProgram = fc.record({
  parallel: fc.integer({ min: 1, max: 6 }),
  chunkSize: fc.constantFrom(512, 8192, 32_768, 65_536),
  runBytes: fc.constantFrom(512, 4096, 16_384, 65_536),
  reads: fc.array(
    fc.record({
      start: fc.integer({ min: 0, max: sizeBytes - 1 }),
      length: fc.integer({ min: 1, max: 40_000 }),
      by: fc.constantFrom('reader', 'reader', 'readahead', 'prefetch'),
      pauseMs: fc.integer({ min: 0, max: 600 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  answers: fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      at: fc.integer({ min: 0, max: 3000 }),
      delayMs: fc.integer({ min: 1, max: 300 }),
      pieces: fc.integer({ min: 50, max: 4000 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  storeMs: fc.integer({ min: 0, max: 2000 }),
})

type Planned =
  typeof arbitraryProgram extends fc.Arbitrary<infer Program extends object> ? Program : never
type PlannedAnswer = Planned extends { answers: readonly (infer Answer)[] } ? Answer : never

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms))
}

/** Sends bytes that are not the disk's, and more of them than it promised. */
function tooLong(request: OriginRequest, pieces: number): OriginResponse {
  const response = honest(request)
  const { start } = request.range
  let at = start
  const body = new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const bytes = content.slice(at, Math.min(at + pieces, sizeBytes))
      controller.enqueue(bytes.map((byte) => byte ^ 255))
      at += bytes.byteLength
      if (at < sizeBytes) return
      controller.close()
      controller.byobRequest?.respond(0)
    },
  })
  return { ...response, body }
}

async function answer(request: OriginRequest, planned: PlannedAnswer): Promise<OriginResponse> {
  const { kind, at, delayMs, pieces } = planned
  await wait(delayMs)
  const before = (): Promise<void> => wait(delayMs / 10)
  const { range } = request
  if (kind === 'busy') {
    throw new DiskCacheError('origin-status', 'It is busy.', { details: { status: 503 } })
  }
  if (kind === 'refused') throw badResponse({ url: request.url, range }, 'lies')
  if (kind === 'too long' && range.end < sizeBytes) return tooLong(request, pieces)
  return honest(request, {
    pieces,
    before,
    ...(kind === 'whole' && { status: 200 }),
    ...(kind === 'cut' && { cutAfter: at }),
    ...(kind === 'shorter' && {
      shorterBy: Math.min(at, Math.max(0, range.end - range.start - 1030)),
    }),
  })
}

/** Runs a program to its end; resolves to what its readers got, or `undefined` for those who still wait. */
async function run(
  bench: FetcherBench,
  reads: Planned extends { reads: infer Reads } ? Reads : never,
): Promise<{ isRight: boolean; error?: unknown }[]> {
  const got: Promise<{ isRight: boolean; error?: unknown }>[] = []
  const { fetcher, stored } = bench
  for (const { start, length, by, pauseMs } of reads) {
    const range = { start, end: Math.min(sizeBytes, start + length) }
    const chunks = indicesOf(chunksTouching(fetcher.generation.grid, range))
    if (by === 'readahead') fetcher.readAhead.fetch(range, access)
    else if (by === 'prefetch') {
      const missing = [...chunks].filter((index) => !stored.has(index))
      fetcher.fetch(missing, { ...access, urgency: 'prefetch' })
    } else {
      const reading = readThrough(bench, range)
      got.push(
        reading.then((bytes) =>
          bytes instanceof Uint8Array
            ? { isRight: isOfDisk(bytes, range) }
            : { isRight: false, error: bytes },
        ),
      )
    }
    await vi.advanceTimersByTimeAsync(pauseMs)
  }
  await vi.advanceTimersByTimeAsync(600_000)
  return Promise.all(got)
}

/** Nothing is under way any more, and nothing wrong was stored. */
function expectRest(bench: FetcherBench): void {
  const { fetcher, context } = bench
  for (const index of indicesOf({ first: 0, end: countChunks(fetcher.generation.grid) })) {
    expect(fetcher.flightOf(index)).toBeUndefined()
  }
  expect(context.gate.underWay).toBe(0)
  expect(isStoreGood(bench)).toBe(true)
}

test('an honest origin is asked for each byte once, whoever wants what', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryProgram, async ({ reads, answers, storeMs, ...options }) => {
      let requests = 0
      const bench = createFetcherBench({
        ...options,
        assertRoom: () => wait(storeMs),
        answer(request) {
          const planned = answers[requests++ % answers.length] as PlannedAnswer
          return answer(request, { ...planned, kind: 'honest' })
        },
      })
      const got = await run(bench, reads)
      expect(got.filter(({ isRight }) => !isRight)).toEqual([])
      expectRest(bench)
      const overlaps = bench.asked.flatMap((range, at) =>
        bench.asked.slice(at + 1).flatMap((other) => intersectRanges(range, other) ?? []),
      )
      expect(overlaps).toEqual([])
    }),
    { numRuns: 30 },
  )
}, 60_000)

test('whatever an origin does: nobody waits for ever, nothing stays under way, nothing wrong is stored', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryProgram, async ({ reads, answers, storeMs, ...options }) => {
      let requests = 0
      const bench = createFetcherBench({
        ...options,
        assertRoom: () => wait(storeMs),
        answer: (request) => answer(request, answers[requests++ % answers.length] as PlannedAnswer),
      })
      await run(bench, reads)
      expectRest(bench)
    }),
    { numRuns: 30 },
  )
}, 60_000)
