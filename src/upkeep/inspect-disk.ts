import { minuteOf } from '../core/chunk-use.ts'
import type { ByteRange } from '../core/byte-range.ts'
import type { ChunkPage, DiskChunks, GenerationChunks } from '../core/disk-chunks.ts'
import { isSameGeneration } from '../core/generation-identity.ts'
import { rankChunks } from '../core/rank-chunks.ts'
import type { RankedChunk } from '../core/rank-chunks.ts'
import { rankGeneration } from '../core/rank-generation.ts'
import { createCatalogConnection } from '../storage/catalog-connection.ts'
import { chunksPerPage } from '../storage/catalog-schema.ts'
import type { CatalogDatabase, GenerationRecord } from '../storage/catalog-schema.ts'
import { readSharedData } from '../storage/shared-data.ts'

/**
 * Reads what the catalog has on each chunk of a disk; changes nothing. Costs as much as is stored, 12 KiB for 1024 chunks.
 * Loaded by `Disk.chunks()`.
 *
 * @param url - the key of the disk.
 * @throws {DiskCacheError} `storage-failed`.
 */
export function inspectDisk(url: string): Promise<DiskChunks> {
  return readCatalog((db) => inspect(db, url))
}

/**
 * What takes room, of all disks, in the order in which it would go. Loaded by `DiskCache.evictionOrder()`.
 *
 * @throws {DiskCacheError} `storage-failed`.
 */
export function orderEvictions(): Promise<RankedChunk[]> {
  return readCatalog(async (db) => {
    const [disks, records] = await Promise.all([db.getAll('disks'), db.getAll('generations')])
    const urls = [...new Set(records.map(({ url }) => url))]
    const chunks = await Promise.all(urls.map((url) => inspect(db, url)))
    const pinsOf = (wanted: string): readonly ByteRange[] =>
      disks.find(({ url }) => url === wanted)?.pins ?? []
    const versions = chunks.flatMap(({ generations }) => generations)
    const isRead = new Map(versions.map((version) => [version.id, version.isRead]))
    const ranks = new Map(
      records.map((record) => {
        const terms = { isRead: isRead.get(record.id) === true, all: records }
        return [record.id, rankGeneration(record, terms)]
      }),
    )
    const transaction = db.transaction(['pages', 'shares'])
    const { usersOf } = await readSharedData({
      pages: transaction.objectStore('pages'),
      shares: transaction.objectStore('shares'),
    })
    const rankOf = (id: string): number => ranks.get(id) ?? 0
    return rankChunks(chunks, { pinsOf, rankOf, minute: minuteOf(Date.now()), usersOf })
  })
}

async function readCatalog<Result>(
  work: (db: CatalogDatabase) => Promise<Result>,
): Promise<Result> {
  const catalog = createCatalogConnection()
  try {
    return await catalog.use('Reading the chunks of a disk', work)
  } finally {
    catalog.close()
  }
}

async function inspect(db: CatalogDatabase, url: string): Promise<DiskChunks> {
  const records = await db.getAllFromIndex('generations', 'url', url)
  const generations = await Promise.all(records.map((record) => inspectGeneration(db, record)))
  return { url, generations }
}

async function inspectGeneration(
  db: CatalogDatabase,
  { id, url, state, identity, chunkSize }: GenerationRecord,
): Promise<GenerationChunks> {
  const range = IDBKeyRange.bound([id], [id, []])
  const [keys, records, sessions] = await Promise.all([
    db.getAllKeys('pages', range),
    db.getAll('pages', range),
    db.getAllFromIndex('sessions', 'url', url),
  ])
  const pages = records.map(({ present, zero, checksums, uses }, at): ChunkPage => ({
    first: (keys[at]?.[1] ?? 0) * chunksPerPage,
    stored: present,
    zero,
    checksums,
    ...(uses && { uses }),
  }))
  const isRead = sessions.some(
    (session) => session.vanishedAt === undefined && isSameGeneration(session.identity, identity),
  )
  return { id, state, size: identity.sizeBytes, chunkSize, isRead, pages }
}
