import { indicesOf, joinRuns } from '../core/chunk-grid.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import { isInRuns } from '../core/chunk-runs.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { chunkStores } from './catalog-schema.ts'
import { hasChecksum } from './checksum.ts'
import type { CheckedChunk, ChunkStore } from './chunk-store.ts'
import { missingInRun, setStoredBits } from './coverage-catalog.ts'
import { isPresent } from './coverage-page.ts'
import { createShardedFiles } from './sharded-files.ts'
import type { ShardedFiles } from './sharded-files.ts'
import { toStorageError } from './storage-errors.ts'
import { addTombstone } from './tombstones.ts'
import { transact } from './transact.ts'

/** Files written at a time: more does not help, see DESIGN section 8. */
const writersAtOnce = 8

/** Files deleted under one lock: commits wait for it. */
const sweptAtOnce = 64

/**
 * Chunks as files of the origin private file system: `sectorcache/<generation>/<shard>/<index>`.
 *
 * The data is written first, the bits afterwards. No engine makes a closed file durable, so after a power
 * loss there can be a bit without data: here a bit is a hint, and a missing or short file a miss.
 *
 * @param onLost - files that were there are gone: site data was cleared, in part at least.
 */
export function createOpfsChunkStore(
  catalog: CatalogConnection,
  onLost: () => void = () => undefined,
): ChunkStore {
  const files = createShardedFiles(onLost)

  async function sweepPart(generation: string, part: ChunkRun): Promise<void> {
    const missing = await catalog.use('Deleting chunks', (db) =>
      missingInRun(db.transaction('pages').store, { generation, run: part }),
    )
    for (const index of missing) await files.remove(generation, index)
  }
  return {
    backend: 'opfs',
    isDurable: false,
    read: (generation, index, length) => files.open(generation, index, length),
    async commit(generation, chunks) {
      /** Of what files are written here: there was no good one. */
      const made: number[] = []
      // Held against a sweep, which must not delete a file whose bit is about to be set.
      const lock = lockName(generation.id)
      let isNoted = true
      const known = await navigator.locks.request(lock, { mode: 'shared' }, commitFiles)
      // Without room for a note all goes at once. Only when no others write into it is it empty for good.
      if (!isNoted) await navigator.locks.request(lock, () => files.removeAll(generation.id))
      return known

      async function commitFiles(): Promise<boolean> {
        try {
          await writeFiles(chunks.filter((chunk) => !chunk.zero))
          if (await setBits(chunks)) return true
        } catch (error) {
          await giveUp(joinRuns(made.sort((a, b) => a - b))).catch(() => undefined)
          throw toStorageError(error, 'Storing chunks')
        }
        // Its folder goes once more, since it may have gone before; but others may be reading what lies there until then.
        await giveUp().catch(() => (isNoted = false))
        for (const index of made) await files.remove(generation.id, index)
        return false
      }

      async function writeFiles(pending: readonly CheckedChunk[]): Promise<void> {
        for (let at = 0; at < pending.length; at += writersAtOnce) {
          const batch = pending.slice(at, at + writersAtOnce)
          const writes = batch.map(async (chunk) => {
            if (await hasGoodFile(files, generation.id, chunk)) return
            made.push(chunk.index)
            await files.write(generation.id, chunk)
          })
          const failed = (await Promise.allSettled(writes)).find(
            ({ status }) => status === 'rejected',
          )
          if (failed !== undefined) throw (failed as PromiseRejectedResult).reason
        }
      }

      /** Files without a bit would take room for nothing: they are swept like what was evicted. */
      async function giveUp(runs?: readonly ChunkRun[]): Promise<void> {
        await catalog.use('Giving up chunks', (db) =>
          transact(db, { stores: ['tombstones'] }, async (transaction) => {
            const dead = {
              generation: generation.id,
              backend: 'opfs',
              ...(runs && { runs }),
            } as const
            addTombstone(transaction.objectStore('tombstones'), dead)
          }),
        )
      }

      function setBits(stored: readonly CheckedChunk[]): Promise<boolean> {
        return catalog.use('Storing chunks', (db) =>
          transact(db, { stores: [...chunkStores] }, (transaction) =>
            setStoredBits(transaction, { generation: generation.id, chunks: stored }),
          ),
        )
      }
    },
    async dropData(generation, run) {
      for (const index of indicesOf(run)) await files.remove(generation, index)
    },
    async sweepRun(generation, run) {
      for (let first = run.first; first < run.end; first += sweptAtOnce) {
        const part = { first, end: Math.min(first + sweptAtOnce, run.end) }
        await navigator.locks.request(lockName(generation), () => sweepPart(generation, part))
      }
    },
    sweepGeneration: (generation) => files.removeAll(generation),
    listGenerations: files.listGenerations,
    async sweepOrphans(generation) {
      for (const shard of await files.someShards(generation)) {
        await navigator.locks.request(lockName(generation), async () => {
          const number = Number.parseInt(shard, 36)
          const names = await files.list(generation, shard)
          const [page, tombstones] = await catalog.use('Looking for orphans', (db) =>
            Promise.all([db.get('pages', [generation, number]), db.getAll('tombstones')]),
          )
          // What was given up is there for its readers until it is due.
          const dead = tombstones.filter((tombstone) => tombstone.generation === generation)
          const isOwned = (index: number): boolean =>
            (page !== undefined && isPresent(page, index)) ||
            dead.some(({ runs }) => runs === undefined || isInRuns(runs, index))
          const orphans = names.filter((name) => !/^\d+$/.test(name) || !isOwned(Number(name)))
          for (const name of orphans) await files.removeName(generation, shard, name)
        })
      }
    },
  }
}

/** A good file is left alone: overwriting it, even with the same bytes, breaks those who are reading it. */
async function hasGoodFile(
  files: ShardedFiles,
  generation: string,
  { index, bytes, checksum }: CheckedChunk,
): Promise<boolean> {
  const known = await files.open(generation, index, bytes.byteLength)
  return known !== undefined && (await hasChecksum(known.blob, checksum))
}

function lockName(generation: string): string {
  return `sectorcache-chunks ${generation}`
}
