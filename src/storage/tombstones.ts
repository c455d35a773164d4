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

/** What {@link sweepAllTombstones} found. */
export interface SweptData {
  readonly tombstones: number
  /** What was stored under them, as far as that was noted: more, where others share it or have stored it again. */
  readonly bytes: number
}

type StoreOf = (backend: StoredBackend) => ChunkStore

/**
 * Deletes the data of all tombstones that are due.
 *
 * @returns when the next one is due, in milliseconds since the epoch; `undefined` if there is none.
 */
export async function sweepTombstones(
  catalog: CatalogConnection,
  storeOf: StoreOf,
): Promise<number | undefined> {
  // What comes due in the course of it is the next.
  const now = Date.now()
  // What is due later than anything can be was noted when the clock was ahead.
  const isDue = ({ dueAt }: TombstoneRecord): boolean => dueAt <= now || dueAt > now + 2 * graceMs
  await sweep(catalog, storeOf, isDue)
  const left = (await listTombstones(catalog)).filter(({ record }) => !isDue(record))
  return left.length === 0 ? undefined : Math.min(...left.map(({ record }) => record.dueAt))
}

/** There is no room: deletes the data of all tombstones, due or not. */
export async function sweepAllTombstones(
  catalog: CatalogConnection,
  storeOf: StoreOf,
): Promise<SweptData> {
  const swept = await sweep(catalog, storeOf)
  // Data that was kept for others alone has got a tombstone of its own by it.
  if (swept.tombstones > 0) await sweep(catalog, storeOf)
  return swept
}

/** @param isIt - which tombstones. @default all */
async function sweep(
  catalog: CatalogConnection,
  storeOf: StoreOf,
  isIt: (record: TombstoneRecord) => boolean = () => true,
): Promise<SweptData> {
  let [tombstones, bytes] = [0, 0]
  for (const { record, key } of await listTombstones(catalog)) {
    if (!isIt(record)) continue
    tombstones++
    bytes += record.bytes ?? 0
    try {
      await deleteData(storeOf(record.backend), record)
      if (key !== undefined) {
        await catalog.use('Writing the catalog', (db) => db.delete('tombstones', key))
      }
    } catch {
      // It must not keep the others. The next worker tries again.
    }
  }
  return { tombstones, bytes }
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
