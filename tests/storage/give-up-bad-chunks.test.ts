import { beforeEach, expect, test } from 'vitest'

import { clearBadChunks } from '../../src/storage/clear-bad-chunks.ts'
import { giveUpBadChunks } from '../../src/storage/give-up-bad-chunks.ts'
import { fillUp, withQuota } from './limited-storage.ts'
import { clearStorage, replaceData, storedData } from './raw-storage.ts'
import { factsOf } from './sharing.ts'
import { connect, found, makeBytes, makeChunk } from './test-store.ts'

beforeEach(clearStorage)

for (const backend of ['idb', 'opfs'] as const) {
  test(`what is bad goes, and nothing else, where there is no room to write that down (${backend})`, async () => {
    await withQuota(2 ** 21, async () => {
      const { catalog, chunks: store, ...ports } = connect(backend)
      const record = await ports.generations.ensure(found({ backend }))
      await (await ports.open(record)).commit([0, 1, 2].map((index) => makeChunk(index)))
      await replaceData(record, 1, makeBytes(9))
      const chunks = await Promise.all(
        [0, 1, 2].map(async (index) => ({
          ...(await factsOf(index, makeBytes(index))),
          bytes: 512,
        })),
      )
      await fillUp()
      const bad = new Map(chunks.slice(1, 2).map(({ index, checksum }) => [index, checksum]))
      await expect(clearBadChunks(catalog, record, bad)).rejects.toMatchObject({
        code: 'quota-exceeded',
      })
      const announced: string[] = []
      const check = { catalog, store, announce: (url: string) => announced.push(url) }
      const refresh = async (): Promise<void> => undefined
      const conditions = await giveUpBadChunks(record, chunks, { ...check, refresh })
      expect([...conditions]).toEqual([[1, 'damaged']])
      expect(announced).toEqual([record.url])
      expect(await storedData(backend, record.id)).toEqual([0, 2])
      const reader = await ports.open(record)
      expect([reader.isStored(1), await reader.open(1)]).toEqual([true, undefined])
      catalog.close()
    })
  })
}
