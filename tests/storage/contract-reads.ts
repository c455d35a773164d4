import { expect, test, vi } from 'vitest'

import type { StoredBackend } from '../../src/storage/catalog-schema.ts'
import { countPages, replaceData, storedData, withCatalog } from './raw-storage.ts'
import { bytesOf, connect, found, makeBytes, makeChunk, whole } from './test-store.ts'

const mebibyte = 2 ** 20

/** Part of the contract: what is stored is read back, and takes no more than it must. */
export function testReadsAndWrites(backend: StoredBackend): void {
  test('reads back exactly the bytes that were committed', async () => {
    const { generations, open } = connect(backend)
    const generation = await open(await generations.ensure(found({ backend })))
    const chunks = [0, 3, 4, 7].map((index) => makeChunk(index))
    expect(await generation.commit(chunks)).toBe(true)
    for (const { index, bytes } of chunks) {
      expect(await bytesOf(await generation.open(index))).toEqual(bytes)
    }
    expect(await generation.coverage()).toEqual([
      { first: 0, end: 1 },
      { first: 3, end: 5 },
      { first: 7, end: 8 },
    ])
  })

  test('stores only the part of a buffer that the chunk is a view of', async () => {
    const { generations, open } = connect(backend)
    const generation = await open(await generations.ensure(found({ backend })))
    const bytes = makeBytes(9, 2048).subarray(700, 700 + 512)
    await generation.commit([{ index: 2, bytes }])
    expect(await bytesOf(await generation.open(2))).toEqual(bytes.slice())
  })

  test('keeps the short last chunk in its own length', async () => {
    const { generations, open } = connect(backend)
    const generation = await open(await generations.ensure(found({ backend })))
    const last = makeChunk(8, 100)
    await generation.commit([last])
    expect(await bytesOf(await generation.open(8))).toEqual(last.bytes)
  })

  test('reads a chunk that was never stored as a miss', async () => {
    const { generations, chunks, open } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    expect(await chunks.read(record.id, 0, 512)).toBe(undefined)
    const generation = await open(record)
    await generation.commit([makeChunk(0)])
    expect(await chunks.read(record.id, 1, 512)).toBe(undefined)
    expect([generation.isStored(1), await generation.open(1)]).toEqual([false, undefined])
  })

  test('reads data of another length as a miss', async () => {
    const { generations, chunks, open } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    const generation = await open(record)
    await generation.commit([makeChunk(0), makeChunk(1)])
    expect(await chunks.read(record.id, 0, 511)).toBe(undefined)
    await replaceData(record, 1, makeBytes(1, 511))
    expect([await generation.open(1), generation.isStored(1)]).toEqual([undefined, false])
  })

  test('keeps no data of a chunk that is all zero, and reads it as zeroes', async () => {
    const { generations, open } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    const generation = await open(record)
    const zero = (index: number, length: number): Parameters<typeof generation.commit>[0][0] => ({
      index,
      bytes: new Uint8Array(length),
    })
    await generation.commit([zero(0, 512), makeChunk(1), zero(8, 100)])
    expect(await storedData(backend, record.id)).toEqual([1])
    const again = await connect(backend).open(record)
    expect(await bytesOf(await again.open(0))).toEqual(new Uint8Array(512))
    expect(await bytesOf(await again.open(8))).toEqual(new Uint8Array(100))
  })

  test('keeps what was committed when everything is opened anew', async () => {
    const before = connect(backend)
    const record = await before.generations.ensure(found({ backend }))
    await (await before.open(record)).commit([makeChunk(0), makeChunk(5)])
    before.catalog.close()
    const after = connect(backend)
    const generation = await after.open(record)
    expect([0, 1, 5].map((index) => generation.isStored(index))).toEqual([true, false, true])
    expect(await bytesOf(await generation.open(5))).toEqual(makeBytes(5))
  })

  test('keeps the chunks on both sides of a page boundary apart', async () => {
    const { generations, open } = connect(backend)
    const identity = { validator: { kind: 'none' }, sizeBytes: 3 * mebibyte } as const
    const record = await generations.ensure(found({ backend, identity }))
    const around = [1023, 1024, 1025].map((index) => makeChunk(index))
    await (await open(record)).commit(around)
    expect(await countPages()).toBe(2)
    const generation = await connect(backend).open(record)
    const stored = [1022, 1023, 1024, 1025, 1026, 0, 1, 2047, 2048]
    expect(stored.filter((index) => generation.isStored(index))).toEqual([1023, 1024, 1025])
    for (const { index, bytes } of around) {
      expect(await bytesOf(await generation.open(index))).toEqual(bytes)
    }
    expect(await generation.coverage()).toEqual([{ first: 1023, end: 1026 }])
  })

  test('takes two small records for the two ends of a disk of 1 TiB', async () => {
    const { generations, open } = connect(backend)
    const sizeBytes = 2 ** 40 + 7
    const identity = { validator: { kind: 'weak', etag: 'W/"big"' }, sizeBytes } as const
    const record = await generations.ensure(found({ backend, identity }))
    const generation = await open(record)
    const lastIndex = 2 ** 31
    await generation.commit([makeChunk(0), makeChunk(lastIndex, 7)])
    await generation.loadPages({ first: lastIndex - 1, end: lastIndex + 1 })
    expect(generation.isStored(lastIndex - 1)).toBe(false)
    expect(await bytesOf(await generation.open(lastIndex))).toEqual(makeBytes(lastIndex, 7))
    expect(await generation.coverage()).toEqual([
      { first: 0, end: 1 },
      { first: lastIndex, end: lastIndex + 1 },
    ])
    const pages = await withCatalog((db) => db.getAll('pages'))
    const bytes = pages.flatMap((page) => [page.present, page.zero, page.checksums])
    expect(pages).toHaveLength(2)
    expect(bytes.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThan(20_000)
  })

  test('has nothing to load twice, and answers that at once', async () => {
    const { generations, open } = connect(backend)
    const generation = await open(await generations.ensure(found({ backend })))
    expect(generation.loadPages({ first: 0, end: 9 })).toBe(undefined)
    expect(generation.loadPages({ first: 1020, end: 1030 })).toBeInstanceOf(Promise)
  })

  test('remembers a Blob that was opened, until it is told to look again', async () => {
    const { generations, open } = connect(backend)
    const generation = await open(await generations.ensure(found({ backend })))
    await generation.commit([makeChunk(0)])
    expect(generation.remembered(0, whole)).toBe(undefined)
    const blob = await generation.open(0)
    expect(generation.remembered(0, whole)).toBe(blob)
    generation.refresh()
    expect([generation.remembered(0, whole), generation.isStored(0)]).toEqual([undefined, true])
  })

  test('remembers the parts of a chunk, until it is told to look again', async () => {
    const { generations, open } = connect(backend)
    const generation = await open(await generations.ensure(found({ backend })))
    await generation.commit([makeChunk(0)])
    const part = { start: 100, end: 200 }
    expect(generation.rememberedPart(0, part)).toBe(undefined)
    await generation.open(0)
    const slice = generation.rememberedPart(0, part)
    expect(await bytesOf(slice)).toEqual(makeBytes(0).slice(100, 200))
    expect(generation.rememberedPart(0, part)).toBe(slice)
    generation.refresh()
    expect(generation.rememberedPart(0, part)).toBe(undefined)
    await generation.open(0)
    expect(generation.rememberedPart(0, part)).not.toBe(slice)
  })

  test('opens the next chunk before a reader who comes from the one before asks for it', async () => {
    const { generations, open } = connect(backend)
    const generation = await open(await generations.ensure(found({ backend })))
    await generation.commit([0, 1, 2, 3, 4].map((index) => makeChunk(index)))
    generation.noteRead({ first: 0, end: 1 })
    await generation.open(0)
    expect(generation.remembered(1, whole)).toBe(undefined)
    generation.noteRead({ first: 1, end: 2 })
    const ahead = await vi.waitUntil(() => generation.remembered(2, whole))
    expect(await bytesOf(ahead)).toEqual(makeBytes(2))
    expect(await bytesOf(await generation.open(3))).toEqual(makeBytes(3))
  })

  test('hears of what another worker stored and gave up when it is told to look again', async () => {
    const [worker, other] = [connect(backend), connect(backend)]
    const record = await worker.generations.ensure(found({ backend }))
    const [mine, theirs] = [await worker.open(record), await other.open(record)]
    await mine.commit([makeChunk(0)])
    await theirs.commit([makeChunk(1)])
    theirs.refresh()
    await vi.waitFor(() => expect(theirs.isStored(0)).toBe(true))
    await theirs.evict({ first: 0, end: 1 })
    expect([mine.isStored(0), mine.isStored(1)]).toEqual([true, false])
    mine.refresh()
    await vi.waitFor(() => expect([mine.isStored(0), mine.isStored(1)]).toEqual([false, true]))
  })

  test('stores nothing when there is nothing to store', async () => {
    const { generations, open } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    expect(await (await open(record)).commit([])).toBe(true)
    expect([await countPages(), await storedData(backend, record.id)]).toEqual([0, []])
  })
}
