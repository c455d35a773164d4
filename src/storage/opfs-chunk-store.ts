import type { CatalogConnection } from './catalog-connection.ts'
import { chunksPerPage } from './catalog-schema.ts'
import type { CheckedChunk, ChunkStore } from './chunk-store.ts'
import { missingInRun, setStoredBits } from './coverage-catalog.ts'
import { openOpfsRoot } from './opfs-root.ts'
import { isUnreadable, toStorageError } from './storage-errors.ts'

/** Files written at a time: more does not help, see DESIGN section 8. */
const writersAtOnce = 8

/**
 * Chunks as files of the origin private file system: `sectorcache/<generation>/<shard>/<index>`.
 *
 * The data is written first, the bits afterwards. No engine makes a closed file durable, so after a power
 * loss there can be a bit without data: here a bit is a hint, and a missing or short file a miss.
 */
export function createOpfsChunkStore(catalog: CatalogConnection): ChunkStore {
  const files = createShardedFiles()
  return {
    backend: 'opfs',
    read: (generation, index, length) => files.open(generation, index, length),
    async commit(generation, chunks) {
      // Held against a sweep, which must not delete a file whose bit is about to be set.
      return navigator.locks.request(lockName(generation.id), { mode: 'shared' }, async () => {
        try {
          await writeFiles(chunks.filter((chunk) => !chunk.zero))
        } catch (error) {
          throw toStorageError(error, 'Storing chunks')
        }
        const known = await setBits(chunks)
        if (!known) await files.removeAll(generation.id)
        return known
      })

      async function writeFiles(pending: readonly CheckedChunk[]): Promise<void> {
        for (let at = 0; at < pending.length; at += writersAtOnce) {
          const batch = pending.slice(at, at + writersAtOnce)
          await Promise.all(batch.map((chunk) => files.write(generation.id, chunk)))
        }
      }

      function setBits(stored: readonly CheckedChunk[]): Promise<boolean> {
        return catalog.use('Storing chunks', async (db) => {
          const transaction = db.transaction(['generations', 'pages', 'chunks'], 'readwrite', {
            durability: 'strict',
          })
          const known = await setStoredBits(transaction, {
            generation: generation.id,
            chunks: stored,
          })
          await transaction.done
          return known
        })
      }
    },
    async sweepRun(generation, run) {
      await navigator.locks.request(lockName(generation), async () => {
        const missing = await catalog.use('Deleting chunks', (db) =>
          missingInRun(db.transaction(['pages', 'chunks'], 'readonly'), { generation, run }),
        )
        for (const index of missing) await files.remove(generation, index)
      })
    },
    sweepGeneration: (generation) => files.removeAll(generation),
  }
}

interface ShardedFiles {
  open(generation: string, index: number, length: number): Promise<Blob | undefined>
  write(generation: string, chunk: CheckedChunk): Promise<void>
  remove(generation: string, index: number): Promise<void>
  removeAll(generation: string): Promise<void>
}

function createShardedFiles(): ShardedFiles {
  const shards = new Map<string, Promise<FileSystemDirectoryHandle>>()

  async function openShard(
    generation: string,
    index: number,
    create: boolean,
  ): Promise<FileSystemDirectoryHandle> {
    const shard = Math.floor(index / chunksPerPage).toString(36)
    const path = `${generation}/${shard}`
    let opening = shards.get(path)
    if (opening === undefined) {
      opening = openOpfsRoot(create)
        .then((root) => root.getDirectoryHandle(generation, { create }))
        .then((folder) => folder.getDirectoryHandle(shard, { create }))
      shards.set(path, opening)
      opening.catch(() => shards.delete(path))
    }
    return opening
  }

  async function createFile(generation: string, index: number): Promise<FileSystemFileHandle> {
    const shard = await openShard(generation, index, true)
    try {
      return await shard.getFileHandle(String(index), { create: true })
    } catch (error) {
      if (!isUnreadable(error)) throw error
      forgetShards(generation) // the folder was deleted behind a remembered handle
      const made = await openShard(generation, index, true)
      return made.getFileHandle(String(index), { create: true })
    }
  }

  function forgetShards(generation: string): void {
    for (const path of shards.keys()) if (path.startsWith(`${generation}/`)) shards.delete(path)
  }

  return {
    async open(generation, index, length) {
      try {
        const shard = await openShard(generation, index, false)
        const file = await (await shard.getFileHandle(String(index))).getFile()
        return file.size === length ? file : undefined
      } catch (error) {
        if (isUnreadable(error)) return undefined
        throw toStorageError(error, 'Reading a chunk')
      }
    },
    async write(generation, { index, bytes }) {
      const file = await createFile(generation, index)
      const writable = await file.createWritable()
      try {
        await writable.write(bytes)
        await writable.close()
      } catch (error) {
        await writable.abort().catch(() => undefined)
        throw error
      }
    },
    async remove(generation, index) {
      try {
        await (await openShard(generation, index, false)).removeEntry(String(index))
      } catch (error) {
        if (!isUnreadable(error)) throw toStorageError(error, 'Deleting a chunk')
      }
    },
    async removeAll(generation) {
      forgetShards(generation)
      try {
        await (await openOpfsRoot(false)).removeEntry(generation, { recursive: true })
      } catch (error) {
        if (!isUnreadable(error)) throw toStorageError(error, 'Deleting chunks')
      }
    },
  }
}

function lockName(generation: string): string {
  return `sectorcache-chunks ${generation}`
}
