import { afterEach, expect, test, vi } from 'vitest'

import { testChunkStore } from './chunk-store-contract.ts'
import { listFiles, loseData, replaceData } from './raw-storage.ts'
import { bytesOf, connect, found, makeBytes, makeChunk, whole } from './test-store.ts'

testChunkStore('opfs')

afterEach(() => vi.restoreAllMocks())

test('keeps a chunk in one file, a page of chunks in one folder, and no other files', async () => {
  const { generations, open } = connect('opfs')
  const identity = { validator: { kind: 'none' }, sizeBytes: 64 * 2 ** 20 } as const
  const record = await generations.ensure(found({ backend: 'opfs', identity }))
  const indices = [0, 1, 1023, 1024, 36 * 1024]
  await (await open(record)).commit(indices.map((index) => makeChunk(index)))
  const paths = ['0/0', '0/1', '0/1023', '1/1024', '10/36864']
  expect(await listFiles()).toEqual(paths.map((path) => `${record.id}/${path}`))
})

test('takes data that a power loss has damaged for a miss, and stores it again', async () => {
  const { generations, open } = connect('opfs')
  const record = await generations.ensure(found({ backend: 'opfs' }))
  await (await open(record)).commit([makeChunk(0), makeChunk(1)])
  await replaceData(record, 0, new Uint8Array(512))
  const generation = await connect('opfs').open(record)
  expect([await generation.open(0), generation.isStored(0)]).toEqual([undefined, false])
  expect(await bytesOf(await generation.open(1))).toEqual(makeBytes(1))
  await generation.commit([makeChunk(0)])
  expect(await bytesOf(await generation.open(0))).toEqual(makeBytes(0))
})

test('a Blob whose file was lost is noticed when a reader tries again, whatever others read', async () => {
  let nowMs = 0
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  const { generations, open } = connect('opfs')
  const record = await generations.ensure(found({ backend: 'opfs' }))
  const generation = await open(record)
  await generation.commit([makeChunk(0), makeChunk(1)])
  const [lost] = [await generation.open(0), await generation.open(1)]
  await loseData('opfs', record.id, 0)
  const failing = generation.remembered(0, whole)
  expect(failing).toBe(lost)
  await expect(bytesOf(failing)).rejects.toThrow()
  generation.remembered(1, whole)
  nowMs = 1000
  expect(generation.remembered(0, whole)).toBe(lost)
  await vi.waitFor(() => expect(generation.remembered(0, whole)).toBe(undefined))
  expect([await generation.open(0), generation.isStored(0)]).toEqual([undefined, false])
})
