import { beforeEach, expect, test } from 'vitest'

import { clearStorage } from './raw-storage.ts'
import { connect, found, makeChunk } from './test-store.ts'

beforeEach(clearStorage)

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
