import type { CatalogConnection } from './catalog-connection.ts'
import type { GenerationRecord } from './catalog-schema.ts'
import { hasChecksum } from './checksum.ts'
import type { ChunkStore } from './chunk-store.ts'
import { clearBadChunks, deleteBadChunks } from './clear-bad-chunks.ts'
import { isOutOfRoom } from './storage-errors.ts'

/** A stored chunk that has data, as the catalog has it. */
export interface ChunkToCheck {
  readonly index: number
  readonly bytes: number
  readonly checksum: Uint8Array
}

/** What became of a chunk's data. */
export type ChunkCondition = 'good' | 'damaged' | 'missing'

/** What {@link giveUpBadChunks} works with. */
export interface CheckPorts {
  readonly catalog: CatalogConnection
  readonly store: ChunkStore
  /** Tells the workers of this site that something of a disk was given up. */
  readonly announce: (url: string) => void
  /** Lets the worker forget what it remembers of the disk; resolves when it has. */
  readonly refresh: () => Promise<void>
}

/**
 * Compares chunks with their checksums, and gives up those that are bad: they are not served any more from the moment in which
 * the worker knows.
 *
 * @returns those that were given up, and why.
 * @throws {DiskCacheError} `storage-failed`.
 */
export async function giveUpBadChunks(
  record: GenerationRecord,
  chunks: readonly ChunkToCheck[],
  { catalog, store, announce, refresh }: CheckPorts,
): Promise<ReadonlyMap<number, ChunkCondition>> {
  const conditions = await checkAll(store, record, chunks)
  const suspects = chunks.filter(({ index }) => conditions.get(index) !== 'good')
  if (suspects.length === 0) return new Map()
  // It may have gone, and come again, while it was read.
  const again = await checkAll(store, record, suspects)
  const certain = suspects.filter(({ index }) => again.get(index) !== 'good')
  if (certain.length === 0) return new Map()
  const checksums = new Map(certain.map(({ index, checksum }) => [index, checksum]))
  const { cleared, urls } = await clearBadChunks(catalog, record, checksums).catch(withoutRoom)
  for (const changed of urls) announce(changed)
  await refresh()
  return new Map(cleared.map((index) => [index, again.get(index) ?? 'missing']))

  /** What is known to be bad must not stay, whether that can be written down or not. */
  async function withoutRoom(error: unknown): ReturnType<typeof clearBadChunks> {
    if (!isOutOfRoom(error)) throw error
    const indices = [...checksums.keys()]
    return { cleared: indices, urls: await deleteBadChunks({ catalog, store }, record, indices) }
  }
}

async function checkAll(
  store: ChunkStore,
  { id }: GenerationRecord,
  chunks: readonly ChunkToCheck[],
): Promise<Map<number, ChunkCondition>> {
  const checked = chunks.map(
    async ({ index, bytes, checksum }): Promise<[number, ChunkCondition]> => {
      const data = await store.read(id, index, bytes)
      if (data === undefined) return [index, 'missing']
      return [index, (await hasChecksum(data.blob, checksum)) ? 'good' : 'damaged']
    },
  )
  return new Map(await Promise.all(checked))
}
