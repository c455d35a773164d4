import { expect, test, vi } from 'vitest'

import type { ByteRange } from '../../src/core/byte-range.ts'
import { createChunkFiller } from '../../src/worker/chunk-filler.ts'
import type { ChunkFiller } from '../../src/worker/chunk-filler.ts'
import { createChunkFlight } from '../../src/worker/chunk-flight.ts'
import type { ChunkFlight } from '../../src/worker/chunk-flight.ts'
import type { OriginAccess } from '../../src/worker/origin-access.ts'

const mib = 1024 * 1024

interface Bench {
  readonly filler: ChunkFiller
  /** What was downloaded: chunk, start and end. */
  readonly downloads: [number, number, number][]
  readonly gone: Set<ChunkFlight>
  quiet: Promise<void>
  isHasty: () => boolean
  mayFill: boolean
  readonly released: ChunkFlight[]
}

/** Who asks for more goes round in circles: no timer of a test would ever come to its turn. */
const mostDownloads = 1000

function createBench(stepBytes = Infinity): Bench {
  const gone = new Set<ChunkFlight>()
  const downloads: Bench['downloads'] = []
  const bench: Bench = {
    downloads,
    gone,
    quiet: Promise.resolve(),
    isHasty: () => false,
    mayFill: true,
    released: [],
    filler: createChunkFiller({
      isUnderWay: (flight) => !gone.has(flight),
      mayFill: () => bench.mayFill,
      release: (flights) => void bench.released.push(...flights),
      whenQuiet(isHasty) {
        bench.isHasty = isHasty
        return bench.quiet
      },
      stepBytes: () => stepBytes,
      async download(flight, { start, end }: ByteRange) {
        flight.asked.add({ start, end })
        if (downloads.push([flight.index, start, end]) > mostDownloads) throw new Error('endless')
        await Promise.resolve()
      },
    }),
  }
  return bench
}

const access = {} as OriginAccess

/** A chunk of which these bytes were asked for. */
function partOf(index: number, { start, end }: ByteRange, length = 100): ChunkFlight {
  const flight = createChunkFlight(index, length)
  flight.asked.add({ start, end })
  return flight
}

test('asks for what follows the needed part, then for what lies ahead of it', async () => {
  const { filler, downloads } = createBench()
  filler.add([partOf(0, { start: 40, end: 60 })], access)
  await filler.fill()
  expect(downloads).toEqual([
    [0, 60, 100],
    [0, 0, 40],
  ])
})

test('asks for no more than a step at a time', async () => {
  const { filler, downloads } = createBench(30)
  filler.add([partOf(0, { start: 0, end: 30 })], access)
  await filler.fill()
  expect(downloads).toEqual([
    [0, 30, 60],
    [0, 60, 90],
    [0, 90, 100],
  ])
})

test('holds no chunk that has ended, even while it never gets quiet', async () => {
  const bench = createBench()
  bench.quiet = new Promise(() => undefined)
  const flight = partOf(0, { start: 0, end: 50 })
  bench.filler.add([flight], access)
  void bench.filler.fill()
  bench.gone.add(flight)
  expect(bench.filler.isFull).toBe(false)
  const lookedAt = vi.spyOn(bench.gone, 'has')
  expect(bench.filler.isFull).toBe(false)
  expect(lookedAt).not.toHaveBeenCalled()
})

test('fills first what was needed last', async () => {
  const { filler, downloads } = createBench()
  const [first, second] = [partOf(1, { start: 0, end: 50 }), partOf(2, { start: 0, end: 50 })]
  filler.add([first, second], access)
  filler.add([first], access)
  await filler.fill()
  expect(downloads.map(([index]) => index)).toEqual([1, 2])
})

test('waits until nobody waits for the origin, and looks then what is missing still', async () => {
  const bench = createBench()
  const { promise, resolve } = Promise.withResolvers<void>()
  bench.quiet = promise
  const flight = partOf(0, { start: 0, end: 50 })
  bench.filler.add([flight], access)
  const filled = bench.filler.fill()
  await new Promise((done) => setImmediate(done))
  expect(bench.downloads).toEqual([])
  flight.asked.add({ start: 50, end: 80 })
  resolve()
  await filled
  expect(bench.downloads).toEqual([[0, 80, 100]])
})

test('leaves alone what has ended, and what has no gaps', async () => {
  const { filler, downloads, gone } = createBench()
  const ended = partOf(0, { start: 0, end: 50 })
  filler.add([ended, partOf(1, { start: 0, end: 100 })], access)
  gone.add(ended)
  await filler.fill()
  expect(downloads).toEqual([])
})

test('does not ask again for what did not come: whoever brings another part adds it anew', async () => {
  const bench = createBench()
  const flight = partOf(0, { start: 0, end: 50 })
  const { asked } = flight
  const add = vi.spyOn(asked, 'add').mockImplementation(() => undefined)
  bench.filler.add([flight], access)
  await bench.filler.fill()
  expect(bench.downloads).toEqual([[0, 50, 100]])
  add.mockRestore()
  bench.filler.add([flight], access)
  await bench.filler.fill()
  expect(bench.downloads).toHaveLength(2)
})

test('releases what waits when nothing is worth to be filled any more, and goes on when it is again', async () => {
  const bench = createBench(10)
  const [first, second] = [partOf(1, { start: 0, end: 50 }), partOf(2, { start: 0, end: 50 })]
  bench.filler.add([first, second], access)
  bench.mayFill = false
  await bench.filler.fill()
  expect([bench.downloads, bench.released]).toEqual([[], [first, second]])
  bench.mayFill = true
  bench.filler.add([first], access)
  await bench.filler.fill()
  expect(bench.downloads).toHaveLength(5)
})

test('is ready again after it has filled everything', async () => {
  const { filler, downloads } = createBench()
  await filler.fill()
  filler.add([partOf(0, { start: 0, end: 99 })], access)
  await filler.fill()
  expect(downloads).toEqual([[0, 99, 100]])
})

test('fills what is added in the moment in which it has filled everything else', async () => {
  for (let turns = 0; turns < 20; turns++) {
    const { filler, downloads } = createBench()
    filler.add([partOf(0, { start: 0, end: 99 })], access)
    void filler.fill()
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    filler.add([partOf(1, { start: 0, end: 99 })], access)
    void filler.fill()
    await new Promise((done) => setImmediate(done))
    expect(downloads.map(([index]) => index).sort()).toEqual([0, 1])
  }
})

test('makes haste when many chunks wait, and says so when there is no room for more', () => {
  const bench = createBench()
  const flights = Array.from({ length: 40 }, (_, index) => partOf(index, { start: 0, end: 1 }, mib))
  bench.filler.add(flights.slice(0, 8), access)
  void bench.filler.fill()
  expect([bench.isHasty(), bench.filler.isFull]).toEqual([false, false])
  bench.filler.add(flights.slice(8, 9), access)
  expect([bench.isHasty(), bench.filler.isFull]).toEqual([true, false])
  bench.filler.add(flights, access)
  expect([bench.isHasty(), bench.filler.isFull]).toEqual([true, true])
  for (const { asked } of flights.slice(0, 10)) asked.add({ start: 0, end: mib })
  for (const flight of flights.slice(10, 20)) bench.gone.add(flight)
  expect([bench.isHasty(), bench.filler.isFull]).toEqual([true, false])
})
