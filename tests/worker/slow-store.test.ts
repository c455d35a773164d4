import { expect, test } from 'vitest'

import { runPrefetchStep } from '../../src/worker/prefetch-step.ts'
import { access, createFetcherBench, honest, isStoreGood, readThrough } from './fetcher-bench.ts'

const chunkSize = 64 * 1024
const sizeBytes = 4 * chunkSize

function createSlowBench() {
  const { promise: room, resolve: makeRoom } = Promise.withResolvers<void>()
  const bench = createFetcherBench({
    sizeBytes,
    chunkSize,
    parallel: 1,
    runBytes: chunkSize,
    assertRoom: () => room,
    answer: async (request) => honest(request, { sizeBytes, pieces: Infinity }),
  })
  return { bench, makeRoom }
}

test('misses are answered while what came before them waits for room in the store', async () => {
  const { bench, makeRoom } = createSlowBench()
  for (let at = 0; at < sizeBytes; at += chunkSize) {
    const read = await readThrough(bench, { start: at, end: at + 4096 })
    expect(read).toBeInstanceOf(Uint8Array)
  }
  await expect.poll(() => bench.context.gate.underWay).toBe(0)
  expect(bench.stored.size).toBe(0)
  makeRoom()
  await expect.poll(() => bench.stored.size).toBe(4)
  expect(isStoreGood(bench)).toBe(true)
})

test('a prefetch is not done before all of it is stored', async () => {
  const { bench, makeRoom } = createSlowBench()
  const selected = { kind: 'generation', fetcher: bench.fetcher, isNew: false } as const
  const step = (): ReturnType<typeof runPrefetchStep> =>
    runPrefetchStep(selected, { concurrency: 2 }, { ...access, urgency: 'prefetch' })
  expect(await step()).toMatchObject({ storedBytes: sizeBytes, done: false })
  makeRoom()
  expect(await step()).toMatchObject({ storedBytes: sizeBytes, done: true })
  expect(bench.stored.size).toBe(4)
})

test('what waits for the store is bounded, and goes on when there is room', async () => {
  const MiB = 1024 * 1024
  const { promise: room, resolve: makeRoom } = Promise.withResolvers<void>()
  const bench = createFetcherBench({
    sizeBytes: 32 * MiB,
    chunkSize: MiB,
    parallel: 2,
    assertRoom: () => room,
    async answer(request) {
      const { start, end } = request.range
      const { body } = new Response(new Uint8Array(end - start))
      if (body === null) throw new Error('no body')
      return { ...honest(request, { sizeBytes: 32 * MiB }), body }
    },
  })
  const all = Array.from({ length: 32 }, (_, index) => index)
  bench.fetcher.fetch(all, { ...access, urgency: 'prefetch' })
  const arrivedMiB = (): number =>
    all.reduce((sum, index) => sum + (bench.fetcher.flightOf(index)?.arrivedBytes ?? 0), 0) / MiB
  // One place for prefetches: what is beyond 8 MiB has it.
  await expect.poll(() => [arrivedMiB(), bench.context.gate.underWay]).toEqual([12, 0])
  expect(bench.asked.length).toBe(3)
  makeRoom()
  await expect.poll(() => bench.stored.size).toBe(32)
})
