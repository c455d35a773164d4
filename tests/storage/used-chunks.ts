import { firstUse, minuteOf } from '../../src/core/chunk-use.ts'
import { chunksPerPage } from '../../src/storage/catalog-schema.ts'
import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import { pageOf } from '../../src/storage/coverage-page.ts'
import type { DiskStore } from '../../src/storage/disk-store.ts'
import { withCatalog } from './raw-storage.ts'
import { found, makeBytes } from './test-store.ts'

/** Of the disks of {@link storeUsed}; the first one is the oldest. */
export const urls = ['https://example.test/a.img', 'https://example.test/b.img'] as const

/** Of no generation anything. */
export const keepsNothing = (): [] => []

/** A generation with some chunks of 512 bytes, each used last so many minutes ago; those of one seed are equal. */
export async function storeUsed(
  store: DiskStore,
  url: string,
  idleMinutes: readonly number[],
  seed: number = urls.findIndex((known) => known === url) * 100,
): Promise<GenerationRecord> {
  const age = urls.findIndex((known) => known === url)
  const record = await store.generations.ensure(found({ url, createdAt: 1.7e12 + age }))
  const chunks = idleMinutes.map((_, index) => ({ index, bytes: makeBytes(seed + index) }))
  await store.open(record).commit(chunks)
  await noteUses(record, new Map(idleMinutes.entries()))
  return record
}

/** Lets chunks have been used last so many minutes ago. */
export function noteUses(
  { id }: GenerationRecord,
  idleMinutes: ReadonlyMap<number, number>,
): Promise<void> {
  return withCatalog(async (db) => {
    for (const [index, minutes] of idleMinutes) {
      const key: [string, number] = [id, pageOf(index)]
      const page = await db.get('pages', key)
      const use = firstUse(minuteOf(Date.now()) - minutes)
      page?.uses?.fill(use, index % chunksPerPage, (index % chunksPerPage) + 1)
      if (page !== undefined) await db.put('pages', page, key)
    }
  })
}
