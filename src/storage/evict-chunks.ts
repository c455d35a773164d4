import { joinRuns } from '../core/chunk-grid.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { chunkStores } from './catalog-schema.ts'
import type { GenerationRecord, PageRecord } from './catalog-schema.ts'
import type { ChunkStore } from './chunk-store.ts'
import { clearStoredBits, presentInRun } from './coverage-catalog.ts'
import { isOutOfRoom } from './storage-errors.ts'
import { addTombstone } from './tombstones.ts'
import { transact } from './transact.ts'

/** What is to be evicted, and what spared. */
export interface EvictionTerms {
  /** Whether this chunk is to go. @default all */
  readonly mayGo?: (index: number, page: PageRecord) => boolean
  /** How long its data stays for those who are reading it. @default `graceMs` */
  readonly delayMs?: number
}

/**
 * Gives up stored chunks: their bits go at once, their data later. Where there is not even room to write that, the data goes
 * at once, and the bits with the next chance: a bit without data is an ordinary miss.
 *
 * @returns the chunks that are gone, ascending, and whether that is written down.
 */
export async function evictChunks(
  ports: {
    readonly catalog: CatalogConnection
    readonly store: ChunkStore
    /** A chunk is about to lose its data: nobody may be given it any more. */
    readonly discard: (index: number) => void
  },
  record: GenerationRecord,
  { run, mayGo, delayMs }: EvictionTerms & { readonly run: ChunkRun },
): Promise<{ readonly gone: readonly number[]; readonly isNoted: boolean }> {
  const { catalog, store, discard } = ports
  const { id, backend } = record
  const wanted = { generation: id, run, ...(mayGo && { mayGo }) }

  function clearBits(): Promise<number[]> {
    return catalog.use('Evicting chunks', (db) =>
      transact(db, { stores: [...chunkStores] }, async (transaction) => {
        const cleared = await clearStoredBits(transaction, wanted)
        if (cleared.length > 0) {
          const dead = { generation: id, backend, runs: joinRuns(cleared) }
          addTombstone(transaction.objectStore('tombstones'), dead, delayMs)
        }
        return cleared
      }),
    )
  }

  try {
    return { gone: await clearBits(), isNoted: true }
  } catch (error) {
    if (!isOutOfRoom(error)) throw error
  }
  const gone = await catalog.use('Evicting chunks', (db) =>
    presentInRun(db.transaction('pages').store, wanted),
  )
  gone.forEach(discard)
  for (const part of joinRuns(gone)) await store.dropData(id, part)
  const isNoted = await clearBits().then(
    () => true,
    () => false,
  )
  return { gone, isNoted }
}
