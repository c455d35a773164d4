import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { createLinkEstimate } from '../../src/core/link-estimate.ts'
import type { LinkEstimate } from '../../src/core/link-estimate.ts'
import type { OriginRequest, OriginResponse } from '../../src/origin/chunk-source.ts'
import { runPrefetchStep, stepMs } from '../../src/worker/prefetch-step.ts'
import { access, createFetcherBench, createFixedLink, honest } from './fetcher-bench.ts'
import type { FetcherBench } from './fetcher-bench.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const KiB = 1024
const MiB = 1024 * KiB
const sizeBytes = 16 * MiB
const pieceBytes = 32 * KiB

/** An origin behind a link whose rate all answers share. */
function createSlowOrigin({ delayMs, bytesPerMs }: { delayMs: number; bytesPerMs: number }) {
  let freeAtMs = 0
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms))
  return async (request: OriginRequest): Promise<OriginResponse> => {
    await wait(delayMs)
    let { start: at } = request.range
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const length = Math.min(pieceBytes, request.range.end - at)
          if (length === 0) return controller.close()
          at += length
          freeAtMs = Math.max(freeAtMs, performance.now()) + length / bytesPerMs
          await wait(freeAtMs - performance.now())
          controller.enqueue(new Uint8Array(length))
        },
      },
      { highWaterMark: 0 },
    )
    return { ...honest(request, { sizeBytes }), body }
  }
}

/** Prefetches all of a disk, step by step. @returns how long that took, in milliseconds */
async function prefetch({ fetcher }: FetcherBench): Promise<number> {
  const beganMs = performance.now()
  const selected = { kind: 'generation', fetcher, isNew: false } as const
  const endsMs: number[] = []
  async function run(): Promise<void> {
    const by = { ...access, urgency: 'prefetch' } as const
    while (!(await runPrefetchStep(selected, { concurrency: 2 }, by)).done);
    endsMs.push(performance.now())
  }
  const running = run()
  while (endsMs.length === 0) await vi.advanceTimersByTimeAsync(50)
  await running
  return Math.max(...endsMs) - beganMs
}

function createBench(
  speed: { delayMs: number; bytesPerMs: number },
  { link, chunkSize = 256 * KiB }: { link: LinkEstimate; chunkSize?: number },
): FetcherBench {
  return createFetcherBench({ sizeBytes, chunkSize, link, answer: createSlowOrigin(speed) })
}

/** As many as there were on every link. */
const longest = createFixedLink({ readaheadBytes: 4 * MiB })

test.each([
  { delayMs: 5, bytesPerMs: 250 },
  { delayMs: 50, bytesPerMs: 250 },
  { delayMs: 200, bytesPerMs: 250 },
  { delayMs: 50, bytesPerMs: 2500 },
  { delayMs: 200, bytesPerMs: 2500 },
])(
  'a prefetch over a slow link asks for little at a time, and takes no longer: %o',
  async (speed) => {
    const slow = createBench(speed, { link: createLinkEstimate() })
    const usualMs = await prefetch(createBench(speed, { link: longest }))
    const elapsedMs = await prefetch(slow)
    const lengths = slow.asked.map(({ start, end }) => end - start)
    const carried = speed.bytesPerMs * (2 * speed.delayMs + 200)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(Math.max(256 * KiB, 2 * carried))
    expect(elapsedMs / usualMs).toBeLessThan(1.05)
  },
)

test('over a fast link a prefetch asks for 4 MiB at a time', async () => {
  const link = createLinkEstimate()
  link.record({ startedMs: 0, firstByteMs: 5, endedMs: 26, bytes: MiB, parallel: 1 })
  const bench = createBench({ delayMs: 5, bytesPerMs: 50_000 }, { link })
  await prefetch(bench)
  expect(bench.asked).toEqual([0, 4, 8, 12].map((at) => ({ start: at * MiB, end: (at + 4) * MiB })))
})

test('over a new link that turns out to be fast a prefetch asks for 4 MiB at a time in its first step', async () => {
  const speed = { delayMs: 5, bytesPerMs: 50_000 }
  const bench = createBench(speed, { link: createLinkEstimate() })
  const elapsedMs = await prefetch(bench)
  expect(elapsedMs).toBeLessThan(stepMs)
  expect(bench.asked[0]).toEqual({ start: 0, end: 256 * KiB })
  const later = bench.asked.filter(({ start }) => start >= 4 * MiB)
  expect(later).toEqual([4, 8, 12].map((at) => ({ start: at * MiB, end: (at + 4) * MiB })))
})

test('never asks for less than a chunk, and never for a part of two multiples', async () => {
  const speed = { delayMs: 5, bytesPerMs: 50_000 }
  const tiny = createFixedLink({ readaheadBytes: 64 * KiB })
  const chunks = createBench(speed, { link: tiny, chunkSize: MiB })
  const odd = createBench(speed, { link: createFixedLink({ readaheadBytes: 3 * MiB }) })
  await prefetch(chunks)
  await prefetch(odd)
  expect(new Set(chunks.asked.map(({ start, end }) => end - start))).toEqual(new Set([MiB]))
  expect(new Set(odd.asked.map(({ start, end }) => end - start))).toEqual(new Set([2 * MiB]))
})
