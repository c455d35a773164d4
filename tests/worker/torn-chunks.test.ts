import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { OriginRequest, OriginResponse } from '../../src/origin/chunk-source.ts'
import { DiskChangedError } from '../../src/origin/disk-changed-error.ts'
import { createFetcherBench, honest, identity, isStoreGood, readThrough } from './fetcher-bench.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const { sizeBytes } = identity
const next = { kind: 'strong', etag: '"2"' } as const

const arbitraryProgram = fc.record({
  parallel: fc.integer({ min: 1, max: 6 }),
  chunkSize: fc.constantFrom(8192, 32_768, 65_536),
  runBytes: fc.constantFrom(512, 4096, 65_536),
  changesAtMs: fc.integer({ min: 0, max: 1500 }),
  isFoundAfterMs: fc.integer({ min: 0, max: 300 }),
  reads: fc.array(
    fc.record({
      start: fc.integer({ min: 0, max: sizeBytes - 1 }),
      length: fc.integer({ min: 1, max: 30_000 }),
      pauseMs: fc.integer({ min: 0, max: 700 }),
    }),
    { minLength: 1, maxLength: 10 },
  ),
  delaysMs: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 10 }),
  pieces: fc.integer({ min: 500, max: 9000 }),
  cutAfter: fc.integer({ min: 0, max: 20_000 }),
  storeMs: fc.integer({ min: 0, max: 400 }),
})

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms))
}

test('nothing that may be torn stays when the disk was overwritten in place, and that was found out', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryProgram, async (program) => {
      const { reads, delaysMs, changesAtMs, isFoundAfterMs, pieces, cutAfter } = program
      const began = performance.now()
      const hasChanged = (): boolean => performance.now() - began >= changesAtMs
      let [requests, found] = [0, 0]
      async function answer(request: OriginRequest): Promise<OriginResponse> {
        const number = requests++
        const delayMs = delaysMs[number % delaysMs.length] ?? 1
        await wait(delayMs)
        if (hasChanged()) throw new DiskChangedError(request.url, { validator: next }, {})
        // The new bytes follow under the old headers.
        const overwritten = new TransformStream<Uint8Array, Uint8Array>({
          transform: (bytes, controller) =>
            controller.enqueue(hasChanged() ? bytes.map((byte) => byte ^ 255) : bytes),
        })
        const response = honest(request, {
          pieces,
          ...(number % 3 === 2 && { cutAfter }),
          ...(number % 7 === 6 && { status: 200 }),
          before: () => wait(delayMs / 4),
        })
        return { ...response, body: response.body.pipeThrough(overwritten) }
      }
      const bench = createFetcherBench({
        ...program,
        assertRoom: () => wait(program.storeMs),
        answer,
        async onChanged() {
          await wait(isFoundAfterMs)
          found++
          return { ...identity, validator: next }
        },
      })
      const reading = []
      for (const { start, length, pauseMs } of reads) {
        reading.push(readThrough(bench, { start, end: Math.min(sizeBytes, start + length) }))
        await vi.advanceTimersByTimeAsync(pauseMs)
      }
      await vi.advanceTimersByTimeAsync(600_000)
      await Promise.all(reading)
      // Whatever is not stored is asked for now, so that the change is found.
      const last = readThrough(bench, { start: 0, end: sizeBytes })
      await vi.advanceTimersByTimeAsync(600_000)
      await last
      fc.pre(found > 0)
      expect(isStoreGood(bench)).toBe(true)
    }),
    { numRuns: 30 },
  )
}, 60_000)
