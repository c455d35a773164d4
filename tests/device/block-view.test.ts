import { expect, test } from 'vitest'
import { createBlockView } from '../../src/device/block-view.ts'
import type { BlockView, ViewPorts } from '../../src/device/block-view.ts'
import type { ByteRange } from '../../src/core/byte-range.ts'
import type { StoredChunks } from '../../src/device/stored-chunks.ts'

const KiB = 1024
const MiB = 1024 * KiB
const sizeBytes = 4 * MiB + 700

/** Bytes that tell where they come from. */
const content = Uint8Array.from({ length: sizeBytes }, (_, at) => (at * 31) >>> 5)

function bytesOf({ start, end }: ByteRange): Uint8Array<ArrayBuffer> {
  return content.slice(start, end)
}

interface FakeStore {
  readonly chunks: StoredChunks
  readonly stored: Set<number>
  /** What was read from it. */
  readonly reads: ByteRange[]
}

function createFakeStore(storedFirst: readonly number[], chunkSize = MiB): FakeStore {
  const stored = new Set(storedFirst)
  const known = new Set(stored)
  const reads: ByteRange[] = []
  const grid = { sizeBytes, chunkSize }
  const chunks: StoredChunks = {
    record: {} as StoredChunks['record'],
    grid,
    load: () => undefined,
    async recheck() {
      await Promise.resolve()
      for (const index of stored) known.add(index)
    },
    isStored: (index) => known.has(index),
    readsWhole: () => false,
    async read(range) {
      await Promise.resolve()
      for (let at = range.start; at < range.end; at += 512) {
        if (!stored.has(Math.floor(at / chunkSize))) return undefined
      }
      reads.push(range)
      return bytesOf(range)
    },
  }
  return { chunks, stored, reads }
}

interface Bench {
  readonly view: BlockView
  readonly fetched: ByteRange[]
  read(start: number, end: number): Promise<void>
}

/** A view whose every read is compared with what it should be. */
function createBench(ports: Partial<ViewPorts>): Bench {
  const fetched: ByteRange[] = []
  const view = createBlockView({
    sizeBytes,
    chunks: undefined,
    memoryBytes: MiB,
    async fetch(range) {
      fetched.push(range)
      await Promise.resolve()
      return bytesOf(range)
    },
    ...ports,
  })
  return {
    view,
    fetched,
    async read(start, end) {
      const target = new Uint8Array(end - start)
      await view.read({ start, end }, target)
      expect(Buffer.compare(target, bytesOf({ start, end }))).toBe(0)
    },
  }
}

test('reads a block of the store once, and what is in memory without a promise', async () => {
  const { chunks, reads } = createFakeStore([0, 1, 2, 3, 4])
  const { view, read, fetched } = createBench({ chunks })
  await read(MiB + 5, MiB + 100)
  await read(MiB + 200, MiB + 64 * KiB)
  expect(reads).toEqual([{ start: MiB, end: MiB + 64 * KiB }])
  expect(view.read({ start: MiB, end: MiB + 1 }, new Uint8Array(1))).toBeUndefined()
  expect(fetched).toEqual([])
})

test('readers of one block wait for one read of it', async () => {
  const { chunks, reads } = createFakeStore([0])
  const { read } = createBench({ chunks })
  await Promise.all(Array.from({ length: 50 }, (_, at) => read(at * 100, at * 100 + 100)))
  expect(reads).toHaveLength(1)
})

test('readers of one block that is not stored make two requests: for a piece of it, and for all of it', async () => {
  const { read, fetched } = createBench({})
  await Promise.all(Array.from({ length: 50 }, (_, at) => read(at * 100, at * 100 + 100)))
  expect(fetched).toEqual([
    { start: 0, end: 100 },
    { start: 0, end: 64 * KiB },
  ])
  await read(1000, 2000)
  expect(fetched).toHaveLength(2)
})

test('finds what the worker has stored since it looked last', async () => {
  const { chunks, stored, reads } = createFakeStore([0])
  const { read, fetched } = createBench({ chunks })
  await read(2 * MiB, 2 * MiB + 10)
  expect(fetched).toHaveLength(1)
  stored.add(2)
  await read(2 * MiB + 10, 2 * MiB + 20)
  expect(fetched).toHaveLength(1)
  expect(reads).toHaveLength(1)
})

test('fetches what the store has lost', async () => {
  const { chunks, stored, reads } = createFakeStore([0])
  const { read, fetched } = createBench({ chunks })
  stored.clear()
  await read(10, 20)
  expect(reads).toEqual([])
  expect(fetched).toEqual([{ start: 0, end: 64 * KiB }])
})

test('holds no more in memory than it may', async () => {
  const { chunks, reads } = createFakeStore([0, 1, 2, 3, 4])
  const { read } = createBench({ chunks, memoryBytes: 2 * 64 * KiB })
  await read(0, 1)
  await read(MiB, MiB + 1)
  await read(2 * MiB, 2 * MiB + 1)
  expect(reads).toHaveLength(3)
  await read(MiB, MiB + 1)
  expect(reads).toHaveLength(3)
  await read(0, 1)
  expect(reads).toHaveLength(4)
})

test('holds nothing when it may hold nothing', async () => {
  const { chunks, reads } = createFakeStore([0])
  const { read } = createBench({ chunks, memoryBytes: 0 })
  await read(0, 10)
  await read(0, 10)
  expect(reads).toHaveLength(2)
})

test('a failed read fails for those who wait for it, and not for the next one', async () => {
  let failures = 1
  const { read } = createBench({
    async fetch(range) {
      await Promise.resolve()
      if (failures-- > 0) throw new Error('no network')
      return bytesOf(range)
    },
  })
  const results = await Promise.allSettled([read(0, 10), read(0, 10)])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await read(0, 10)
})

test('ranges over stored and missing chunks of all sizes come together right', async () => {
  for (const chunkSize of [512, 4096, 64 * KiB, 256 * KiB, 4 * MiB]) {
    const count = Math.ceil(sizeBytes / chunkSize)
    const even = Array.from({ length: count }, (_, index) => index).filter((index) => index % 2)
    const { chunks } = createFakeStore(even, chunkSize)
    const { read } = createBench({ chunks })
    const reads = Array.from({ length: 30 }, (_, at) => {
      const start = (at * 912_347) % (sizeBytes - 150_000)
      return read(start, start + 1 + ((at * 7919) % 150_000))
    })
    await Promise.all(reads)
    await read(sizeBytes - 1000, sizeBytes)
  }
})
