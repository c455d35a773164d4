import { countBits } from '../core/bitmap.ts'
import type { StorePreference } from '../core/options.ts'
import { createCatalogConnection } from './catalog-connection.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { keysOfGeneration } from './catalog-schema.ts'
import type { GenerationRecord, StoredBackend } from './catalog-schema.ts'
import { chooseBackend } from './choose-backend.ts'
import type { ChunkStore } from './chunk-store.ts'
import { createGenerationCatalog } from './generation-catalog.ts'
import type { GenerationCatalog } from './generation-catalog.ts'
import { createIdbChunkStore } from './idb-chunk-store.ts'
import { createOpfsChunkStore } from './opfs-chunk-store.ts'
import { createSessionCatalog } from './session-catalog.ts'
import type { SessionCatalog } from './session-catalog.ts'
import { createSettingsCatalog } from './settings-catalog.ts'
import type { SettingsCatalog } from './settings-catalog.ts'
import { openGeneration } from './stored-generation.ts'
import type { StoredGeneration } from './stored-generation.ts'
import { sweepForsaken } from './sweep-forsaken.ts'
import { sweepTombstones } from './tombstones.ts'

/** Everything that outlives the worker. */
export interface DiskStore {
  readonly generations: GenerationCatalog
  readonly sessions: SessionCatalog
  readonly settings: SettingsCatalog
  /** Where a new generation goes under this preference; tried once in a worker's life. */
  backendFor(preference: StorePreference): Promise<StoredBackend>
  /** The data of a generation. The same object for the same id. */
  open(record: GenerationRecord): StoredGeneration
  /** Forgets a generation that was given up. */
  drop(id: string): void
  /** Deletes what is due. Resolves to when the next is, in milliseconds since the epoch. */
  sweep(): Promise<number | undefined>
  /** Bytes of all stored chunks, taking each for a whole one. Costs as much as is stored. */
  storedBytes(): Promise<number>
}

/** Opens the store; nothing is read until it is needed. */
export function openDiskStore(): DiskStore {
  const catalog = createCatalogConnection()
  const stores: Record<StoredBackend, ChunkStore> = {
    idb: createIdbChunkStore(catalog),
    opfs: createOpfsChunkStore(catalog),
  }
  const opened = new Map<string, StoredGeneration>()
  const chosen = new Map<StorePreference, Promise<StoredBackend>>()
  return {
    generations: createGenerationCatalog(catalog),
    sessions: createSessionCatalog(catalog),
    settings: createSettingsCatalog(catalog),
    backendFor(preference) {
      const backend = chosen.get(preference) ?? chooseBackend(preference)
      chosen.set(preference, backend)
      return backend
    },
    open(record) {
      const known = opened.get(record.id)
      if (known !== undefined) return known
      const made = openGeneration(record, { catalog, store: stores[record.backend] })
      opened.set(record.id, made)
      return made
    },
    drop: (id) => void opened.delete(id),
    async sweep() {
      await sweepForsaken(catalog)
      return sweepTombstones(catalog, (backend) => stores[backend])
    },
    storedBytes: () => countStoredBytes(catalog),
  }
}

async function countStoredBytes(catalog: CatalogConnection): Promise<number> {
  return catalog.use('Counting what is stored', async (db) => {
    const transaction = db.transaction(['generations', 'pages'])
    let bytes = 0
    for (const { id, chunkSize } of await transaction.objectStore('generations').getAll()) {
      const pages = await transaction.objectStore('pages').getAll(keysOfGeneration(id))
      for (const { present } of pages) bytes += countBits(present) * chunkSize
    }
    return bytes
  })
}
