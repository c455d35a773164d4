import { beforeEach, expect, test } from 'vitest'

import { createCatalogConnection } from '../../src/storage/catalog-connection.ts'
import type { CatalogConnection } from '../../src/storage/catalog-connection.ts'
import { transact, unheard } from '../../src/storage/transact.ts'
import { clearStorage } from './raw-storage.ts'

beforeEach(clearStorage)

const disk = { url: 'https://example.test/a.img', tags: [], lastUsedAt: 0 }

function countDisks(catalog: CatalogConnection): Promise<number> {
  return catalog.use('Counting', (db) => db.count('disks'))
}

test('resolves to the result when all is committed', async () => {
  const catalog = createCatalogConnection()
  const result = await catalog.use('Writing', (db) =>
    transact(db, { stores: ['disks'] }, async (transaction) => {
      await transaction.objectStore('disks').put(disk)
      return 'written'
    }),
  )
  expect([result, await countDisks(createCatalogConnection())]).toEqual(['written', 1])
})

test('changes nothing when the work fails', async () => {
  const catalog = createCatalogConnection()
  const failure = new Error('no')
  const work = catalog.use('Writing', (db) =>
    transact(db, { stores: ['disks'] }, async (transaction) => {
      unheard(transaction.objectStore('disks').put(disk))
      await transaction.objectStore('disks').count()
      throw failure
    }),
  )
  await expect(work).rejects.toMatchObject({ code: 'storage-failed', cause: failure })
  expect(await countDisks(catalog)).toBe(0)
})

test('fails when the transaction is aborted, though the work did not', async () => {
  const catalog = createCatalogConnection()
  const work = catalog.use('Writing', (db) =>
    transact(db, { stores: ['disks'] }, async (transaction) => {
      await transaction.objectStore('disks').put(disk)
      unheard(transaction.objectStore('disks').add(disk)) // it is there already
      return 'never'
    }),
  )
  await expect(work).rejects.toMatchObject({ code: 'storage-failed' })
  expect(await countDisks(catalog)).toBe(0)
})
