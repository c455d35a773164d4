import { expect, test } from 'vitest'

import type { StoredBackend } from '../../src/storage/catalog-schema.ts'
import { countPages, makeTombstonesDue, storedData } from './raw-storage.ts'
import { bytesOf, connect, found, makeBytes, makeChunk } from './test-store.ts'

/** Part of the contract: what several workers do at the same time comes out as if one had done it. */
export function testConcurrency(backend: StoredBackend): void {
  test('loses no bit when two workers store chunks of one page at the same time', async () => {
    const workers = [connect(backend), connect(backend)] as const
    const record = await workers[0].generations.ensure(
      found({ backend, identity: { validator: { kind: 'none' }, sizeBytes: 64 * 512 } }),
    )
    const [even, odd] = [await workers[0].open(record), await workers[1].open(record)]
    const commits: Promise<boolean>[] = []
    for (let index = 0; index < 64; index += 2) {
      commits.push(even.commit([makeChunk(index)]), odd.commit([makeChunk(index + 1)]))
    }
    expect(new Set(await Promise.all(commits))).toEqual(new Set([true]))
    expect(await even.coverage()).toEqual([{ first: 0, end: 64 }])
    const fresh = await connect(backend).open(record)
    for (const index of [0, 1, 31, 62, 63]) {
      expect(await bytesOf(await fresh.open(index))).toEqual(makeBytes(index))
    }
  })

  test('keeps a chunk that two workers store at the same time', async () => {
    const [first, second] = [connect(backend), connect(backend)]
    const record = await first.generations.ensure(found({ backend }))
    const generations = [await first.open(record), await second.open(record)]
    const stored = await Promise.all(generations.map((one) => one.commit([makeChunk(4)])))
    expect(stored).toEqual([true, true])
    expect(await storedData(backend, record.id)).toEqual([4])
    expect(await bytesOf(await (await connect(backend).open(record)).open(4))).toEqual(makeBytes(4))
  })

  test('stores chunks while another one of the same place is looked for in vain', async () => {
    const { generations, chunks, open } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    const generation = await open(record)
    const [missing, stored] = await Promise.all([
      chunks.read(record.id, 0, 512),
      generation.commit([makeChunk(1)]),
    ])
    expect([missing, stored]).toEqual([undefined, true])
  })

  test('stores nothing into a generation that was given up, and leaves nothing behind', async () => {
    const [worker, other] = [connect(backend), connect(backend)]
    const record = await worker.generations.ensure(found({ backend }))
    const generation = await worker.open(record)
    await generation.commit([makeChunk(0)])
    await other.generations.remove(record.id)
    await makeTombstonesDue()
    await other.sweep()
    expect(await generation.commit([makeChunk(1), makeChunk(2)])).toBe(false)
    expect([await storedData(backend, record.id), await countPages()]).toEqual([[], 0])
    expect(generation.isStored(1)).toBe(false)
  })

  test('refuses all of several commits into a generation that was given up', async () => {
    const worker = connect(backend)
    const record = await worker.generations.ensure(found({ backend }))
    const generation = await worker.open(record)
    await worker.generations.remove(record.id)
    const commits = Array.from({ length: 8 }, (_, index) =>
      generation.commit([{ index, bytes: makeBytes(index, 512) }]),
    )
    expect(new Set(await Promise.all(commits))).toEqual(new Set([false]))
    expect([await storedData(backend, record.id), await countPages()]).toEqual([[], 0])
  })

  test('a commit and a removal at the same time leave data and bits, or neither', async () => {
    const [worker, other] = [connect(backend), connect(backend)]
    const record = await worker.generations.ensure(found({ backend }))
    const generation = await worker.open(record)
    const [stored] = await Promise.all([
      generation.commit([makeChunk(0), makeChunk(1)]),
      other.generations.remove(record.id),
    ])
    expect(await countPages()).toBe(0)
    if (!stored) expect(await storedData(backend, record.id)).toEqual([])
    await makeTombstonesDue()
    await other.sweep()
    expect(await storedData(backend, record.id)).toEqual([])
  })

  test('a sweep and a commit of the same chunk at the same time leave no bit without data', async () => {
    const [worker, sweeper] = [connect(backend), connect(backend)]
    const record = await worker.generations.ensure(found({ backend }))
    const generation = await worker.open(record)
    const all = [0, 1, 2, 3].map((index) => makeChunk(index))
    for (let round = 0; round < 5; round++) {
      await generation.commit(all)
      await generation.evict({ first: 0, end: 4 })
      await makeTombstonesDue()
      await Promise.all([sweeper.sweep(), generation.commit(all)])
      expect(await storedData(backend, record.id)).toEqual([0, 1, 2, 3])
    }
  })

  test('a reader of an opened Blob never gets other bytes while its chunk is evicted and swept', async () => {
    const { generations, open, sweep } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    const generation = await open(record)
    await generation.commit([makeChunk(0)])
    const blob = await generation.open(0)
    expect(blob?.size).toBe(512)
    const part = blob?.slice(100, 400)
    await generation.evict({ first: 0, end: 1 })
    expect(await bytesOf(blob)).toEqual(makeBytes(0))
    await makeTombstonesDue()
    await sweep()
    const outcomes = await Promise.allSettled([bytesOf(blob), bytesOf(part)])
    const expected = [makeBytes(0), makeBytes(0).subarray(100, 400)]
    outcomes.forEach((outcome, at) => {
      if (outcome.status === 'fulfilled') expect(outcome.value).toEqual(expected[at])
      else expect(outcome.reason).toBeInstanceOf(DOMException)
    })
  })

  test('a reader of an opened Blob is not disturbed when its chunk is stored again', async () => {
    const [first, second] = [connect(backend), connect(backend)]
    const record = await first.generations.ensure(found({ backend }))
    const generation = await first.open(record)
    await generation.commit([makeChunk(0)])
    const blob = await generation.open(0)
    expect(await (await second.open(record)).commit([makeChunk(0)])).toBe(true)
    expect(await bytesOf(blob)).toEqual(makeBytes(0))
  })
}
