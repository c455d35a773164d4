import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { giveUpBadChunks } from '../../src/storage/give-up-bad-chunks.ts'
import { clearStorage, replaceData, storedData } from './raw-storage.ts'
import { factsOf } from './sharing.ts'
import { bytesOf, connect, found, makeBytes, makeChunk } from './test-store.ts'

beforeEach(clearStorage)
afterEach(() => vi.restoreAllMocks())

for (const backend of ['idb', 'opfs'] as const) {
  test(`what is bad goes, and nothing else, where there is no room to write that down (${backend})`, async () => {
    const { catalog, chunks: store, ...ports } = connect(backend)
    const record = await ports.generations.ensure(found({ backend }))
    await (await ports.open(record)).commit([0, 1, 2].map((index) => makeChunk(index)))
    await replaceData(record, 1, makeBytes(9))
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    const chunks = await Promise.all(
      [0, 1, 2].map(async (index) => ({ ...(await factsOf(index, makeBytes(index))), bytes: 512 })),
    )
    const announced: string[] = []
    const check = { catalog, store, announce: (url: string) => announced.push(url) }
    const conditions = await giveUpBadChunks(record, chunks, { ...check, refresh: async () => {} })
    expect([...conditions]).toEqual([[1, 'damaged']])
    expect(announced).toEqual([record.url])
    expect(await storedData(backend, record.id)).toEqual([0, 2])
    const reader = await connect(backend).open(record)
    expect(await reader.open(1)).toBe(undefined)
    await reader.commit([makeChunk(1)])
    expect(
      await bytesOf(
        await connect(backend)
          .open(record)
          .then((it) => it.open(1)),
      ),
    ).toEqual(makeBytes(1))
  })
}
