import { chunksPerPage } from './catalog-schema.ts'
import type { NewChunk, StoredData } from './chunk-store.ts'
import { openOpfsRoot } from './opfs-root.ts'
import { isUnreadable, toStorageError } from './storage-errors.ts'

/** Files of chunks in the origin private file system: `sectorcache/<generation>/<shard>/<index>`. */
export interface ShardedFiles {
  /** `undefined` when there is no such file, or it is of another length. */
  open(generation: string, index: number, length: number): Promise<StoredData | undefined>
  write(generation: string, chunk: NewChunk): Promise<void>
  remove(generation: string, index: number): Promise<void>
  removeAll(generation: string): Promise<void>
  /** The names of all folders of generations, and of whatever else is beside them. */
  listGenerations(): Promise<string[]>
  /** The names of a few shards of a generation, others each time. */
  someShards(generation: string): Promise<string[]>
  /** The names of all files in a shard. */
  list(generation: string, shard: string): Promise<string[]>
  removeName(generation: string, shard: string, name: string): Promise<void>
}

/** Shards that are looked at in one worker's life, and those of which they are chosen: listing takes 0.1 ms each. */
const [maxSwept, maxListed] = [4, 4096]

/**
 * Makes the {@link ShardedFiles} of a worker. It remembers folders, so a file costs one look-up.
 *
 * @param onLost - a folder that was there is gone: the files that were opened cannot be read any more.
 */
export function createShardedFiles(onLost: () => void): ShardedFiles {
  const shards = new Map<string, FileSystemDirectoryHandle>()

  async function openShard(
    generation: string,
    index: number,
    create: boolean,
  ): Promise<FileSystemDirectoryHandle> {
    const shard = Math.floor(index / chunksPerPage).toString(36)
    const path = `${generation}/${shard}`
    const known = shards.get(path)
    if (known !== undefined) return known
    const root = await openOpfsRoot(create)
    const folder = await root.getDirectoryHandle(generation, { create })
    const opened = await folder.getDirectoryHandle(shard, { create })
    shards.set(path, opened)
    return opened
  }

  async function createFile(generation: string, index: number): Promise<FileSystemFileHandle> {
    const name = String(index)
    try {
      const shard = await openShard(generation, index, true)
      return await shard.getFileHandle(name, { create: true })
    } catch (error) {
      if (!isUnreadable(error)) throw error
      // The folder was deleted behind a remembered handle.
      forgetShards(generation)
      onLost()
      const shard = await openShard(generation, index, true)
      return shard.getFileHandle(name, { create: true })
    }
  }

  function forgetShards(generation: string): void {
    for (const path of shards.keys()) if (path.startsWith(`${generation}/`)) shards.delete(path)
  }

  return {
    async open(generation, index, length) {
      try {
        const shard = await openShard(generation, index, false)
        const blob = await (await shard.getFileHandle(String(index))).getFile()
        return blob.size === length ? { blob, isInMemory: false } : undefined
      } catch (error) {
        if (isUnreadable(error)) return undefined
        throw toStorageError(error, 'Reading a chunk')
      }
    },
    async write(generation, { index, bytes }) {
      const writable = await (await createFile(generation, index)).createWritable()
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
    async listGenerations() {
      try {
        return await namesIn(await openOpfsRoot(false))
      } catch {
        return [] // there are none, or there is no OPFS
      }
    },
    async someShards(generation) {
      const folder = await (await openOpfsRoot(false)).getDirectoryHandle(generation)
      return pickSome(await namesIn(folder, maxListed))
    },
    async list(generation, shard) {
      const folder = await (await openOpfsRoot(false)).getDirectoryHandle(generation)
      return namesIn(await folder.getDirectoryHandle(shard))
    },
    async removeName(generation, shard, name) {
      const folder = await (await openOpfsRoot(false)).getDirectoryHandle(generation)
      await (await folder.getDirectoryHandle(shard)).removeEntry(name)
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

async function namesIn(folder: FileSystemDirectoryHandle, limit = Infinity): Promise<string[]> {
  const names: string[] = []
  for await (const name of folder.keys()) if (names.push(name) >= limit) break
  return names
}

function pickSome(names: readonly string[]): string[] {
  const first = Math.floor(Math.random() * names.length)
  return [...names.slice(first), ...names.slice(0, first)].slice(0, maxSwept)
}
