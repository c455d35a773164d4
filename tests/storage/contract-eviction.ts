import { expect, test, vi } from 'vitest'

import type { StoredBackend } from '../../src/storage/catalog-schema.ts'
import { graceMs } from '../../src/storage/tombstones.ts'
import { countPages, listTombstones, makeTombstonesDue, storedData } from './raw-storage.ts'
import { bytesOf, connect, found, makeBytes, makeChunk, whole } from './test-store.ts'

/** Part of the contract: what is given up is missing at once, and its data goes later. */
export function testEviction(backend: StoredBackend): void {
  test('evicts at once, and leaves the data to those who read it', async () => {
    const { generations, open } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    const generation = await open(record)
    await generation.commit([makeChunk(0), makeChunk(1), makeChunk(3), makeChunk(8, 100)])
    await generation.open(0)
    const before = Date.now()
    expect(await generation.evict({ first: 0, end: 9 })).toEqual({
      chunks: 4,
      bytes: 3 * 512 + 100,
    })
    expect([generation.isStored(0), generation.remembered(0, whole)]).toEqual([false, undefined])
    expect(await generation.open(0)).toBe(undefined)
    expect(await generation.coverage()).toEqual([])
    expect((await connect(backend).open(record)).isStored(0)).toBe(false)
    expect(await storedData(backend, record.id)).toEqual([0, 1, 3, 8])
    const [tombstone, ...others] = await listTombstones()
    expect(others).toEqual([])
    expect(tombstone).toMatchObject({
      generation: record.id,
      backend,
      runs: [
        { first: 0, end: 2 },
        { first: 3, end: 4 },
        { first: 8, end: 9 },
      ],
      bytes: 3 * 512 + 100,
    })
    expect(tombstone?.dueAt).toBeGreaterThanOrEqual(before + graceMs)
  })

  test('evicts only the chunks of the run', async () => {
    const { generations, open } = connect(backend)
    const identity = { validator: { kind: 'none' }, sizeBytes: 3 * 2 ** 20 } as const
    const generation = await open(await generations.ensure(found({ backend, identity })))
    const indices = [0, 1022, 1023, 1024, 1025, 2048]
    await generation.commit(indices.map((index) => makeChunk(index)))
    expect(await generation.evict({ first: 1023, end: 1025 })).toEqual({ chunks: 2, bytes: 1024 })
    expect(indices.filter((index) => generation.isStored(index))).toEqual([0, 1022, 1025, 2048])
    expect(await generation.coverage()).toEqual([
      { first: 0, end: 1 },
      { first: 1022, end: 1023 },
      { first: 1025, end: 1026 },
      { first: 2048, end: 2049 },
    ])
  })

  test('evicts nothing and leaves no tombstone where nothing is stored', async () => {
    const { generations, open } = connect(backend)
    const generation = await open(await generations.ensure(found({ backend })))
    await generation.commit([makeChunk(5)])
    expect(await generation.evict({ first: 0, end: 5 })).toEqual({ chunks: 0, bytes: 0 })
    expect(await listTombstones()).toEqual([])
    expect(generation.isStored(5)).toBe(true)
  })

  test.each([0, 3, 1024])('evicts nothing for an empty run at chunk %i', async (at) => {
    const { generations, open } = connect(backend)
    const generation = await open(await generations.ensure(found({ backend })))
    await generation.commit([makeChunk(0), makeChunk(3)])
    expect(await generation.evict({ first: at, end: at })).toEqual({ chunks: 0, bytes: 0 })
  })

  test('sweeps no data before it is due, and says when that is', async () => {
    const { generations, open, sweep } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    const generation = await open(record)
    await generation.commit([makeChunk(0), makeChunk(1)])
    await generation.evict({ first: 0, end: 1 })
    const [tombstone] = await listTombstones()
    expect(await sweep()).toBe(tombstone?.dueAt)
    expect(await storedData(backend, record.id)).toEqual([0, 1])
    expect(await listTombstones()).toHaveLength(1)
  })

  test('does not keep for long what was given up while the clock was ahead', async () => {
    const { generations, open, sweep } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    const generation = await open(record)
    await generation.commit([makeChunk(1)])
    const tomorrow = Date.now() + 24 * 60 * graceMs
    vi.spyOn(Date, 'now').mockReturnValue(tomorrow)
    await generation.evict({ first: 0, end: 9 })
    vi.restoreAllMocks()
    expect(await sweep()).toBe(undefined)
    expect(await storedData(backend, record.id)).toEqual([])
  })

  test('sweeps the data of evicted chunks, and no other, when it is due', async () => {
    const { generations, open, sweep } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    const generation = await open(record)
    await generation.commit([0, 1, 2, 3, 4].map((index) => makeChunk(index)))
    await generation.evict({ first: 1, end: 2 })
    await generation.evict({ first: 3, end: 4 })
    await makeTombstonesDue()
    expect(await sweep()).toBe(undefined)
    expect(await storedData(backend, record.id)).toEqual([0, 2, 4])
    expect(await listTombstones()).toEqual([])
    expect(await bytesOf(await generation.open(2))).toEqual(makeBytes(2))
  })

  test('sweeps twice over the same tombstone without harm', async () => {
    const [first, second] = [connect(backend), connect(backend)]
    const record = await first.generations.ensure(found({ backend }))
    const generation = await first.open(record)
    await generation.commit([makeChunk(0), makeChunk(1)])
    await generation.evict({ first: 0, end: 1 })
    await makeTombstonesDue()
    expect(await Promise.all([first.sweep(), second.sweep()])).toEqual([undefined, undefined])
    expect(await storedData(backend, record.id)).toEqual([1])
  })

  test('keeps a chunk that was stored again before the sweep', async () => {
    const { generations, open, sweep } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    const generation = await open(record)
    await generation.commit([makeChunk(0), makeChunk(1)])
    await generation.evict({ first: 0, end: 2 })
    await generation.commit([makeChunk(1)])
    await makeTombstonesDue()
    await sweep()
    expect(await storedData(backend, record.id)).toEqual([1])
    expect(await bytesOf(await (await connect(backend).open(record)).open(1))).toEqual(makeBytes(1))
  })

  test('gives up a whole generation: coverage at once, data when it is due', async () => {
    const { generations, open, sweep } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    const other = await generations.ensure(found({ backend, url: 'https://example.test/b.img' }))
    await (await open(record)).commit([makeChunk(0), makeChunk(1)])
    await (await open(other)).commit([{ index: 0, bytes: makeBytes(50) }])
    await generations.remove(record.id)
    expect(await countPages()).toBe(1)
    expect(await listTombstones()).toMatchObject([{ generation: record.id, bytes: 1024 }])
    expect(await storedData(backend, record.id)).toEqual([0, 1])
    await makeTombstonesDue()
    expect(await sweep()).toBe(undefined)
    expect(await storedData(backend, record.id)).toEqual([])
    expect(await storedData(backend, other.id)).toEqual([0])
  })

  test('what comes too late for a generation that was given up is not stored, and disturbs no reader', async () => {
    const { generations, open, sweep } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    const generation = await open(record)
    await generation.commit([makeChunk(0), makeChunk(1)])
    const blob = await generation.open(0)
    await generations.remove(record.id)
    expect(await generation.commit([makeChunk(1), makeChunk(2)])).toBe(false)
    expect(await storedData(backend, record.id)).toEqual([0, 1])
    expect(await bytesOf(blob)).toEqual(makeBytes(0))
    await makeTombstonesDue()
    await sweep()
    expect(await storedData(backend, record.id)).toEqual([])
  })

  test('sweeps a generation of which nothing was ever stored', async () => {
    const { generations, sweep } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    await generations.remove(record.id)
    await makeTombstonesDue()
    expect(await sweep()).toBe(undefined)
    expect(await listTombstones()).toEqual([])
  })
}
