import { expect, test } from 'vitest'

import type { StoredBackend } from '../../src/storage/catalog-schema.ts'
import { withQuota } from './limited-storage.ts'
import { loseData, makeTombstonesDue, storedData } from './raw-storage.ts'
import { bytesOf, connect, found, makeBytes, makeChunk, whole } from './test-store.ts'

/** Part of the contract: what goes wrong is a miss or a clear error, and can be repaired. */
export function testLosses(backend: StoredBackend): void {
  test('data that is lost behind our back is a miss, and can be stored again', async () => {
    const { generations, open } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    await (await open(record)).commit([makeChunk(0), makeChunk(1)])
    await loseData(backend, record.id, 0)
    const generation = await open(record)
    expect(generation.isStored(0)).toBe(true)
    expect([await generation.open(0), generation.isStored(0)]).toEqual([undefined, false])
    expect(await bytesOf(await generation.open(1))).toEqual(makeBytes(1))
    expect(await generation.commit([makeChunk(0)])).toBe(true)
    expect(await bytesOf(await generation.open(0))).toEqual(makeBytes(0))
  })

  test('stores again when everything was deleted behind our back', async () => {
    const { generations, open } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    const generation = await open(record)
    await generation.commit([makeChunk(0)])
    if (backend === 'idb') {
      await loseData(backend, record.id, 0)
    } else {
      const root = await navigator.storage.getDirectory()
      await root.removeEntry('sectorcache', { recursive: true })
    }
    expect(await generation.open(0)).toBe(undefined)
    expect(await generation.commit([makeChunk(0), makeChunk(1)])).toBe(true)
    expect(await storedData(backend, record.id)).toEqual([0, 1])
    expect(await bytesOf(await generation.open(0))).toEqual(makeBytes(0))
  })

  test('a chunk that is discarded is missing from then on', async () => {
    const { generations, open } = connect(backend)
    const generation = await open(await generations.ensure(found({ backend })))
    await generation.commit([makeChunk(0), makeChunk(1)])
    await generation.open(0)
    generation.discard(0)
    expect([generation.isStored(0), generation.remembered(0, whole)]).toEqual([false, undefined])
    expect(generation.isStored(1)).toBe(true)
  })

  test('says quota-exceeded, and sets no bit, when the browser has no more room', async () => {
    await withQuota(quotaBytes, async () => {
      const { catalog, generations, open } = connect(backend)
      const generation = await open(await generations.ensure(found({ backend, ...largeDisk })))
      const fits = { index: 0, bytes: randomBytes() }
      await generation.commit([fits])
      await expect(generation.commit(tooMuch())).rejects.toMatchObject({
        name: 'DiskCacheError',
        code: 'quota-exceeded',
      })
      expect(generation.isStored(1)).toBe(false)
      expect(await generation.coverage()).toEqual([{ first: 0, end: 1 }])
      expect((await bytesOf(await generation.open(0)))?.join()).toBe(fits.bytes.join())
      catalog.close()
    })
  })

  test('a commit that failed for lack of room takes no room in the end', async () => {
    await withQuota(quotaBytes, async () => {
      const { catalog, generations, open, sweep } = connect(backend)
      const record = await generations.ensure(found({ backend, ...largeDisk }))
      await expect((await open(record)).commit(tooMuch())).rejects.toThrow()
      await makeTombstonesDue()
      await sweep()
      const left = await storedData(backend, record.id)
      catalog.close()
      expect(left).toEqual([])
    })
  })
}

const quotaBytes = 2 ** 20

const largeDisk = {
  identity: { validator: { kind: 'none' }, sizeBytes: 64 * 2 ** 20 },
  chunkSize: 128 * 1024,
} as const

/** Twice as much as there is room for. */
function tooMuch(): { index: number; bytes: Uint8Array<ArrayBuffer> }[] {
  return Array.from({ length: 16 }, (_, at) => ({ index: 1 + at, bytes: randomBytes() }))
}

/** A chunk of {@link largeDisk} that does not compress. */
function randomBytes(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(largeDisk.chunkSize)
  for (let at = 0; at < bytes.length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  }
  return bytes
}
