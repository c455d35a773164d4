import { indicesOf, joinRuns } from '../core/chunk-grid.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import { isInRuns } from '../core/chunk-runs.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { chunkStores } from './catalog-schema.ts'
import type { DiskRecord, GenerationRecord, PageRecord } from './catalog-schema.ts'
import type { ChunkStore } from './chunk-store.ts'
import { clearStoredBits, presentInRun } from './coverage-catalog.ts'
import type { ClearedBits } from './coverage-catalog.ts'
import { whilePinsStand } from './pin-catalog.ts'
import { isOutOfRoom } from './storage-errors.ts'
import { addTombstone } from './tombstones.ts'
import { transact } from './transact.ts'

/** What is to be evicted, and what spared. */
export interface EvictionTerms {
  /** Whether this chunk is to go. Whether it is pinned is told as it is in that moment. @default all, pinned or not */
  readonly mayGo?: (index: number, page: PageRecord, isPinned: boolean) => boolean
  /** How long its data stays for those who are reading it. @default `graceMs` */
  readonly delayMs?: number
}

/** What {@link evictChunks} works with. */
export interface EvictionPorts {
  readonly catalog: CatalogConnection
  readonly store: ChunkStore
  /** Lets nobody be given a chunk any more: what there is of it goes. */
  readonly discard: (index: number) => void
  /** Chunks whose data had to go before their bits could: to be added to here, and removed when these are off. */
  readonly bitsWithoutData: Set<number>
}

/**
 * Gives up stored chunks: their bits go at once, their data later. Where there is not even room to write that, the data goes
 * at once, and the bits with the next chance: a bit without data is an ordinary miss.
 *
 * @returns the chunks whose data is gone by this, ascending.
 */
export async function evictChunks(
  { catalog, store, discard, bitsWithoutData }: EvictionPorts,
  record: GenerationRecord,
  { run, mayGo = () => true, delayMs }: EvictionTerms & { readonly run: ChunkRun },
): Promise<readonly number[]> {
  const { id, url, backend, chunkSize } = record

  /** What is to go by the pins that the disk has now. */
  async function findWanted(disks: DiskGetter): Promise<ClearedBits> {
    const { pins = [] } = (await disks.get(url)) ?? {}
    const pinned = pins.map(({ start, end }) => ({
      first: Math.floor(start / chunkSize),
      end: Math.ceil(end / chunkSize),
    }))
    return {
      generation: id,
      run,
      mayGo: (index, page) => mayGo(index, page, isInRuns(pinned, index)),
    }
  }

  async function clearBits(): Promise<readonly number[]> {
    const cleared = await catalog.use('Evicting chunks', (db) =>
      transact(db, { stores: [...chunkStores, 'disks'] }, async (transaction) => {
        const wanted = await findWanted(transaction.objectStore('disks'))
        const { cleared: chunks, bytes } = await clearStoredBits(transaction, wanted)
        if (chunks.length > 0) {
          const dead = { generation: id, backend, runs: joinRuns(chunks), bytes }
          addTombstone(transaction.objectStore('tombstones'), dead, delayMs)
        }
        return chunks
      }),
    )
    // Of some, the data had gone before, and was told of then.
    const told = cleared.filter((index) => !bitsWithoutData.has(index))
    for (const index of cleared) {
      discard(index)
      bitsWithoutData.delete(index)
    }
    return told
  }

  try {
    return await clearBits()
  } catch (error) {
    if (!isOutOfRoom(error)) throw error
  }
  return whilePinsStand(async () => {
    const present = await catalog.use('Evicting chunks', async (db) => {
      const transaction = db.transaction(['disks', 'pages'])
      const wanted = await findWanted(transaction.objectStore('disks'))
      return presentInRun(transaction.objectStore('pages'), wanted)
    })
    const gone = present.filter((index) => !bitsWithoutData.has(index))
    gone.forEach(discard)
    for (const part of joinRuns(gone)) {
      for (const index of indicesOf(part)) bitsWithoutData.add(index)
      await store.dropData(id, part)
    }
    // What was stored again since then is there, and stays if this fails.
    const more = await clearBits().catch(() => [])
    return [...new Set([...gone, ...more])].sort((a, b) => a - b)
  })
}

interface DiskGetter {
  get(url: string): Promise<DiskRecord | undefined>
}
