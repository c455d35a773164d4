import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { openDiskStore } from '../../src/storage/disk-store.ts'
import { fillUp, refuseNotes, withQuota } from './limited-storage.ts'
import { clearStorage, listFiles, listTombstones, storedData } from './raw-storage.ts'
import { connect, found, makeChunk } from './test-store.ts'

beforeEach(clearStorage)
afterEach(() => vi.restoreAllMocks())

test('what is to go because nothing is stored of it stays when something is by then', async () => {
  const { generations, open } = connect('idb')
  const record = await generations.ensure(found())
  await (await open(record)).commit([makeChunk(0)])
  await generations.remove(record.id, 'empty')
  expect(await generations.list()).toHaveLength(1)

  const identity = { validator: { kind: 'strong', etag: '"b"' }, sizeBytes: 4096 } as const
  const other = await generations.ensure(found({ identity }))
  await generations.remove(other.id, 'empty')
  expect((await generations.list()).map(({ id }) => id)).toEqual([record.id])
})

for (const backend of ['idb', 'opfs'] as const) {
  test(`where it cannot be noted, the data goes at once, but only of what is to go (${backend})`, async () => {
    const store = openDiskStore()
    const record = await store.generations.ensure(found({ backend }))
    await store.open(record).commit([makeChunk(0), makeChunk(1)])
    refuseNotes()
    await store.generations.remove(record.id, 'waiting')
    expect(await storedData(backend, record.id)).toEqual([0, 1])
    await store.generations.remove(record.id)
    expect([await store.generations.list(), await listTombstones()]).toEqual([[], []])
    expect(await storedData(backend, record.id)).toEqual([])
  })
}

test('what is stored while its version goes without a note leaves no files', async () => {
  const { generations, open } = connect('opfs')
  const record = await generations.ensure(found({ backend: 'opfs' }))
  const generation = await open(record)
  await generation.commit([makeChunk(0)])
  refuseNotes()
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the file as `this`
  const { createWritable } = FileSystemFileHandle.prototype
  vi.spyOn(FileSystemFileHandle.prototype, 'createWritable').mockImplementation(async function (
    this: FileSystemFileHandle,
  ) {
    // By a page, which leaves its files.
    await connect('opfs').generations.remove(record.id)
    return createWritable.call(this)
  })
  expect(await generation.commit([makeChunk(1)])).toBe(false)
  expect(await listFiles()).toEqual([])
})

for (const backend of ['idb', 'opfs'] as const) {
  test(`in a full browser, a version goes with its data (${backend})`, async () => {
    await withQuota(2 ** 21, async () => {
      const store = openDiskStore()
      const record = await store.generations.ensure(found({ backend }))
      await store.open(record).commit([makeChunk(0), makeChunk(1)])
      await fillUp()
      await store.generations.remove(record.id)
      expect([await store.generations.list(), await listTombstones()]).toEqual([[], []])
      expect(await storedData(backend, record.id)).toEqual([])
    })
  })
}
