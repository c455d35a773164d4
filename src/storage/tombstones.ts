import type { CatalogConnection } from './catalog-connection.ts'
import type { StoredBackend, TombstoneRecord } from './catalog-schema.ts'
import type { ChunkStore } from './chunk-store.ts'
import { unheard } from './transact.ts'

/**
 * How long data outlives its bit. Nothing tells a worker that a Blob body was read to its end, so readers
 * get a minute to finish.
 */
export const graceMs = 60_000

/** The part of an object store that {@link addTombstone} needs. */
interface TombstoneWriter {
  add?: ((record: TombstoneRecord) => Promise<unknown>) | undefined
}

/** Marks data for deletion in `delayMs`, inside the caller's transaction. */
export function addTombstone(
  store: TombstoneWriter,
  dead: Omit<TombstoneRecord, 'dueAt'>,
  delayMs: number = graceMs,
): void {
  unheard(store.add?.({ ...dead, dueAt: Date.now() + delayMs }))
}

/**
 * Deletes the data of all tombstones that are due.
 *
 * @param isUrgent - there is no room: deletes all, due or not.
 * @returns when the next one is due, in milliseconds since the epoch; `undefined` if there is none.
 */
export async function sweepTombstones(
  catalog: CatalogConnection,
  storeOf: (backend: StoredBackend) => ChunkStore,
  isUrgent = false,
): Promise<number | undefined> {
  // Data that was kept for others alone gets a tombstone of its own by it.
  for (let round = 0; round < (isUrgent ? 2 : 1); round++) {
    for (const { record, key } of await listTombstones(catalog)) {
      if (record.dueAt > Date.now() && !isUrgent) continue
      try {
        await deleteData(storeOf(record.backend), record)
        if (key !== undefined) {
          await catalog.use('Writing the catalog', (db) => db.delete('tombstones', key))
        }
      } catch {
        // It must not keep the others. The next worker tries again.
      }
    }
  }
  const left = (await listTombstones(catalog)).map(({ record }) => record.dueAt)
  const next = Math.min(...left.filter((dueAt) => dueAt > Date.now()))
  return next === Infinity ? undefined : next
}

/**
 * There is no room: deletes the data of all tombstones, due or not.
 *
 * @returns whether there were any.
 */
export async function sweepAllTombstones(
  catalog: CatalogConnection,
  storeOf: (backend: StoredBackend) => ChunkStore,
): Promise<boolean> {
  const count = await catalog.use('Reading the catalog', (db) => db.count('tombstones'))
  if (count > 0) await sweepTombstones(catalog, storeOf, true)
  return count > 0
}

async function listTombstones(
  catalog: CatalogConnection,
): Promise<{ record: TombstoneRecord; key: number | undefined }[]> {
  return catalog.use('Reading the catalog', async (db) => {
    const { store } = db.transaction('tombstones')
    const [keys, records] = await Promise.all([store.getAllKeys(), store.getAll()])
    return records.map((record, at) => ({ record, key: keys[at] }))
  })
}

async function deleteData(store: ChunkStore, { generation, runs }: TombstoneRecord): Promise<void> {
  if (runs === undefined) return store.sweepGeneration(generation)
  for (const run of runs) await store.sweepRun(generation, run)
}
