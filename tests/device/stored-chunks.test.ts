import { expect, test } from 'vitest'
import { openStoredChunks } from '../../src/device/stored-chunks.ts'
import type { StoredChunks } from '../../src/device/stored-chunks.ts'
import type { CatalogConnection } from '../../src/storage/catalog-connection.ts'
import type { GenerationRecord, PageRecord } from '../../src/storage/catalog-schema.ts'
import { computeChecksum } from '../../src/storage/checksum.ts'
import type { ChunkStore } from '../../src/storage/chunk-store.ts'
import { createPage, markStored } from '../../src/storage/coverage-page.ts'

const chunkSize = 1024
const all = { first: 0, end: 3 }
const record = {
  id: 'generation',
  chunkSize,
  identity: { validator: { kind: 'strong', etag: '"1"' }, sizeBytes: 2 * chunkSize + 100 },
} as GenerationRecord

interface Fake {
  readonly chunks: StoredChunks
  readonly page: PageRecord
  readonly data: Map<number, Blob>
  /** Chunks that were opened. */
  readonly opened: number[]
}

/** A catalog of one page, with chunks 0 and 2 stored, and 1 too if `zero`. */
async function createFake({ isDurable = true, zero = false } = {}): Promise<Fake> {
  const page = createPage()
  const data = new Map<number, Blob>()
  const opened: number[] = []
  for (const index of [0, 2]) {
    const bytes = new Uint8Array(index === 2 ? 100 : chunkSize).fill(index + 1)
    data.set(index, new Blob([bytes]))
    markStored(page, { index, zero: false, checksum: await computeChecksum(bytes) })
  }
  if (zero) markStored(page, { index: 1, zero: true, checksum: new Uint8Array(8) })
  const db = {
    transaction: () => ({ store: { get: () => Promise.resolve(structuredClone(page)) } }),
  }
  const catalog = {
    use: (_: string, work: (it: unknown) => Promise<unknown>) => work(db),
  } as unknown as CatalogConnection
  const store = {
    isDurable,
    read(_: string, index: number) {
      opened.push(index)
      const blob = data.get(index)
      return Promise.resolve(blob && { blob, isInMemory: false })
    },
  } as unknown as ChunkStore
  const chunks = openStoredChunks(record, { catalog, store })
  await chunks.load(all)
  return { chunks, page, data, opened }
}

/** What becomes of a Blob whose file is gone. */
function brokenBlob(): Blob {
  const fail = (): Promise<never> => Promise.reject(new DOMException('gone', 'NotReadableError'))
  const blob = { size: chunkSize, arrayBuffer: fail, slice: () => blob }
  return blob as unknown as Blob
}

test('reads stored bytes, over several chunks and all-zero ones, and opens each chunk once', async () => {
  const { chunks, opened } = await createFake({ zero: true })
  const bytes = await chunks.read({ start: 1000, end: 2 * chunkSize + 100 })
  const right = [24, chunkSize, 100].map((length, at) =>
    new Uint8Array(length).fill([1, 0, 3][at] ?? 0),
  )
  expect(Buffer.compare(bytes ?? new Uint8Array(), Buffer.concat(right))).toBe(0)
  await chunks.read({ start: 0, end: 10 })
  expect(opened).toEqual([0, 2])
})

test('reads nothing unless all of it is stored', async () => {
  const { chunks } = await createFake()
  expect(await chunks.read({ start: 1000, end: chunkSize + 1 })).toBeUndefined()
  expect([0, 1, 2].map(chunks.isStored)).toEqual([true, false, true])
})

test('learns of chunks that were stored later when it is told to look', async () => {
  const { chunks, page, data } = await createFake()
  data.set(1, new Blob([new Uint8Array(chunkSize).fill(2)]))
  markStored(page, { index: 1, zero: false, checksum: new Uint8Array(8) })
  expect(chunks.isStored(1)).toBe(false)
  await chunks.recheck(all)
  expect([...((await chunks.read({ start: chunkSize, end: chunkSize + 2 })) ?? [])]).toEqual([2, 2])
})

test('a remembered Blob that cannot be read is opened anew', async () => {
  const { chunks, data, opened } = await createFake()
  const good = data.get(0) ?? new Blob()
  let isBroken = false
  const blob = { size: chunkSize, slice: () => (isBroken ? brokenBlob() : good.slice(0, 1)) }
  data.set(0, blob as unknown as Blob)
  expect(await chunks.read({ start: 0, end: 1 })).toHaveLength(1)
  isBroken = true
  data.set(0, good)
  expect(await chunks.read({ start: 0, end: 1 })).toHaveLength(1)
  expect(opened).toEqual([0, 0])
})

test('a chunk that is gone, or cannot be read, is missing from then on', async () => {
  const { chunks, data } = await createFake()
  data.set(0, brokenBlob())
  data.delete(2)
  expect(await chunks.read({ start: 0, end: 1 })).toBeUndefined()
  expect(await chunks.read({ start: 2 * chunkSize, end: 2 * chunkSize + 1 })).toBeUndefined()
  expect([0, 2].map(chunks.isStored)).toEqual([false, false])
})

test('where a power loss leaves other bytes, each chunk is compared with its checksum, once', async () => {
  const { chunks, data, opened } = await createFake({ isDurable: false })
  expect(chunks.readsWhole(0)).toBe(true)
  const readers = Array.from({ length: 5 }, (_, at) => chunks.read({ start: at, end: at + 2 }))
  for (const bytes of await Promise.all(readers)) expect([...(bytes ?? [])]).toEqual([1, 1])
  expect([chunks.readsWhole(0), opened]).toEqual([false, [0]])
  data.set(2, new Blob([new Uint8Array(100).fill(9)]))
  expect(await chunks.read({ start: 2 * chunkSize, end: 2 * chunkSize + 1 })).toBeUndefined()
  expect(chunks.isStored(2)).toBe(false)
})
