import type { StorePreference } from '../core/options.ts'
import { createBootCatalog } from './boot-catalog.ts'
import type { BootCatalog } from './boot-catalog.ts'
import { createCatalogConnection } from './catalog-connection.ts'
import type { GenerationRecord, StoredBackend } from './catalog-schema.ts'
import { chooseBackend } from './choose-backend.ts'
import type { ChunkStore } from './chunk-store.ts'
import { countStored } from './count-stored.ts'
import type { StoredCount } from './count-stored.ts'
import { createSpaceFreer } from './free-space.ts'
import type { FreedSpace, SpaceDemand } from './free-space.ts'
import { createGenerationCatalog } from './generation-catalog.ts'
import type { GenerationCatalog } from './generation-catalog.ts'
import { createIdbChunkStore } from './idb-chunk-store.ts'
import { createOpfsChunkStore } from './opfs-chunk-store.ts'
import { createPinCatalog } from './pin-catalog.ts'
import type { PinCatalog } from './pin-catalog.ts'
import { renewLog } from './renew-log.ts'
import { createSessionCatalog } from './session-catalog.ts'
import type { SessionCatalog } from './session-catalog.ts'
import { createSettingsCatalog } from './settings-catalog.ts'
import type { SettingsCatalog } from './settings-catalog.ts'
import { openGeneration } from './stored-generation.ts'
import type { StoredGeneration } from './stored-generation.ts'
import { sweepOrphans } from './sweep-orphans.ts'
import { sweepAllTombstones, sweepTombstones } from './tombstones.ts'
import type { SweptData } from './tombstones.ts'
import { createUseLog } from './use-log.ts'

/** Everything that outlives the worker. */
export interface DiskStore {
  readonly generations: GenerationCatalog
  readonly sessions: SessionCatalog
  readonly settings: SettingsCatalog
  readonly pins: PinCatalog
  readonly boots: BootCatalog
  /** Where a new generation goes under this preference; tried once in a worker's life. */
  backendFor(preference: StorePreference): Promise<StoredBackend>
  /** The data of a generation. The same object for the same id. */
  open(record: GenerationRecord): StoredGeneration
  /** Forgets a generation that was given up. */
  drop(id: string): void
  /** Deletes what is due. Resolves to when the next is, in milliseconds since the epoch. */
  sweep(): Promise<number | undefined>
  /** See {@link sweepAllTombstones}. */
  sweepAll(): Promise<SweptData>
  /** Looks for data that nobody will ever read, in bounded work. */
  sweepOrphans(): Promise<void>
  /** See {@link renewLog}. */
  renewLog(): Promise<void>
  /** See {@link countStored}. */
  countStored(): Promise<StoredCount>
  /** Gives up what is needed least. Its data is due when it resolves. */
  free(demand: SpaceDemand): Promise<FreedSpace>
  /** Writes which chunks were used; else that is done now and then. */
  flushUses(): Promise<void>
}

/**
 * Opens the store; nothing is read until it is needed.
 *
 * @param onLost - what was read of it may not be there any more: site data was cleared, or a newer worker is taking over.
 */
export function openDiskStore(onLost?: () => void): DiskStore {
  const catalog = createCatalogConnection(undefined, onLost)
  const stores: Record<StoredBackend, ChunkStore> = {
    idb: createIdbChunkStore(catalog),
    opfs: createOpfsChunkStore(catalog, onLost),
  }
  const opened = new Map<string, StoredGeneration>()
  const chosen = new Map<StorePreference, Promise<StoredBackend>>()
  const uses = createUseLog(catalog)

  function open(record: GenerationRecord): StoredGeneration {
    const known = opened.get(record.id)
    if (known !== undefined) return known
    const store = stores[record.backend]
    const made = openGeneration(record, { catalog, store, noteUse: uses.noterOf(record) })
    opened.set(record.id, made)
    return made
  }

  return {
    generations: createGenerationCatalog(catalog, stores.opfs.sweepGeneration),
    sessions: createSessionCatalog(catalog),
    settings: createSettingsCatalog(catalog),
    backendFor(preference) {
      const backend = chosen.get(preference) ?? chooseBackend(preference)
      chosen.set(preference, backend)
      return backend
    },
    pins: createPinCatalog(catalog),
    boots: createBootCatalog(catalog),
    open,
    drop: (id) => void opened.delete(id),
    sweep: () => sweepTombstones(catalog, (backend) => stores[backend]),
    sweepAll: () => sweepAllTombstones(catalog, (backend) => stores[backend]),
    sweepOrphans: () => sweepOrphans(catalog, stores),
    renewLog: () => renewLog(catalog),
    countStored: () => catalog.use('Counting what is stored', countStored),
    free: createSpaceFreer({ catalog, open }),
    flushUses: uses.flush,
  }
}
