import { joinCatalogChanges } from '../storage/catalog-changes.ts'
import { createCatalogConnection } from '../storage/catalog-connection.ts'
import type { StoredBackend } from '../storage/catalog-schema.ts'
import type { ChunkStore } from '../storage/chunk-store.ts'
import { createGenerationCatalog } from '../storage/generation-catalog.ts'
import { createIdbChunkStore } from '../storage/idb-chunk-store.ts'
import { createOpfsChunkStore } from '../storage/opfs-chunk-store.ts'
import { closeForGood } from './close-for-good.ts'
import { canBeKeyOf, findRecord } from './find-record.ts'
import { openStoredChunks } from './stored-chunks.ts'
import type { StoredChunks } from './stored-chunks.ts'
import type { BoundDisk } from './worker-reads.ts'

/** A catalog that failed is not asked again for so long. */
const failedMs = 5_000

/** What the store has of the version that a device reads. */
export interface StoredDisk {
  /**
   * Looks up the generation in the catalog. It is another one after an invalidation, of the same version.
   *
   * @returns `undefined` when there is none, or the catalog cannot be read. Never rejects.
   */
  find(): Promise<StoredChunks | undefined>
  /**
   * The catalog is not opened any more, and no further chunk is read: it counts as missing. A chunk that is being read may still
   * be opened.
   */
  close(): void
}

/**
 * Opens the store for reading; nothing is read yet.
 *
 * @param onGivenUp - something of this disk was given up, by whatever worker or page: nothing that was found or read
 * before is to be counted on.
 */
export function openStoredDisk(bound: BoundDisk, onGivenUp: () => void): StoredDisk {
  const catalog = closeForGood(createCatalogConnection(undefined, onGivenUp), bound.url)
  const generations = createGenerationCatalog(catalog)
  const changes = joinCatalogChanges((key) => {
    if (canBeKeyOf(bound.url, key)) onGivenUp()
  })
  const stores: Record<StoredBackend, () => ChunkStore> = {
    idb: () => createIdbChunkStore(catalog),
    opfs: () => createOpfsChunkStore(catalog),
  }
  let failedUntilMs = 0
  let isClosed = false

  function storeOf(backend: StoredBackend): ChunkStore {
    const store = stores[backend]()
    return {
      ...store,
      read: async (...chunk) => (isClosed ? undefined : store.read(...chunk)),
    }
  }

  return {
    async find() {
      if (performance.now() < failedUntilMs) return undefined
      try {
        const record = findRecord(await generations.list(), bound)
        return record && openStoredChunks(record, { catalog, store: storeOf(record.backend) })
      } catch {
        failedUntilMs = performance.now() + failedMs
        return undefined
      }
    },
    close() {
      isClosed = true
      changes.close()
      catalog.close()
    },
  }
}
