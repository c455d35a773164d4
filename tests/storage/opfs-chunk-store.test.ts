import { expect, test } from 'vitest'

import { testChunkStore } from './chunk-store-contract.ts'
import { listFiles } from './raw-storage.ts'
import { connect, found, makeChunk } from './test-store.ts'

testChunkStore('opfs')

test('keeps a chunk in one file, a page of chunks in one folder, and no other files', async () => {
  const { generations, open } = connect('opfs')
  const identity = { validator: { kind: 'none' }, sizeBytes: 64 * 2 ** 20 } as const
  const record = await generations.ensure(found({ backend: 'opfs', identity }))
  const indices = [0, 1, 1023, 1024, 36 * 1024]
  await (await open(record)).commit(indices.map((index) => makeChunk(index)))
  const paths = ['0/0', '0/1', '0/1023', '1/1024', '10/36864']
  expect(await listFiles()).toEqual(paths.map((path) => `${record.id}/${path}`))
})
