import { expect, test } from 'vitest'

import type { StoredBackend } from '../../src/storage/catalog-schema.ts'
import {
  leaveOrphan,
  listFiles,
  listTombstones,
  makeTombstonesDue,
  storedData,
} from './raw-storage.ts'
import { bytesOf, connect, found, makeBytes, makeChunk } from './test-store.ts'

/** Part of the contract: what nobody will ever read does not take room for ever. */
export function testOrphans(backend: StoredBackend): void {
  test('data of a generation that nobody knows goes a minute later, and nothing else', async () => {
    const { generations, open, sweep, sweepOrphans } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    await (await open(record)).commit([makeChunk(0)])
    await leaveOrphan(backend, 'of-nobody', '5')
    await sweepOrphans()
    await sweepOrphans()
    expect(await listTombstones()).toMatchObject([{ generation: 'of-nobody', backend }])
    expect(await storedData(backend, 'of-nobody')).toEqual([5])
    await makeTombstonesDue()
    await sweep()
    expect(await storedData(backend, 'of-nobody')).toEqual([])
    expect(await storedData(backend, record.id)).toEqual([0])
  })

  test('a generation that was given up is not given up twice', async () => {
    const { generations, open, sweepOrphans } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    await (await open(record)).commit([makeChunk(0)])
    await generations.remove(record.id)
    await sweepOrphans()
    expect(await listTombstones()).toHaveLength(1)
  })

  test.runIf(backend === 'opfs')(
    'what killed writers left beside the chunks goes, and the chunks stay',
    async () => {
      const { generations, open, sweepOrphans } = connect(backend)
      const record = await generations.ensure(found({ backend }))
      const generation = await open(record)
      await generation.commit([makeChunk(0), makeChunk(3)])
      await leaveOrphan(backend, record.id, '7')
      await leaveOrphan(backend, record.id, '3.of-a-writer')
      await sweepOrphans()
      expect(await listFiles()).toEqual([`${record.id}/0/0`, `${record.id}/0/3`])
      expect(await bytesOf(await generation.open(3))).toEqual(makeBytes(3))
    },
  )

  test('what was evicted stays for its readers until it is due, whoever looks for orphans', async () => {
    const { generations, open, sweep, sweepOrphans } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    const generation = await open(record)
    await generation.commit([0, 1, 2, 3].map((index) => makeChunk(index)))
    const blob = await generation.open(1)
    await generation.evict({ first: 1, end: 3 })
    await sweepOrphans()
    expect(await storedData(backend, record.id)).toEqual([0, 1, 2, 3])
    expect(await bytesOf(blob)).toEqual(makeBytes(1))
    await makeTombstonesDue()
    await sweep()
    expect(await storedData(backend, record.id)).toEqual([0, 3])
  })

  test('so does what is of a generation that is given up meanwhile', async () => {
    const { chunks, generations, open } = connect(backend)
    const record = await generations.ensure(found({ backend }))
    await (await open(record)).commit([makeChunk(0)])
    await generations.remove(record.id)
    await chunks.sweepOrphans(record.id)
    expect(await storedData(backend, record.id)).toEqual([0])
  })

  test('where nothing was ever stored, there is nothing to sweep', async () => {
    await connect(backend).sweepOrphans()
    await connect(backend).generations.list()
    expect(await listTombstones()).toEqual([])
  })
}
