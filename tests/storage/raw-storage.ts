import { deleteDB, openDB } from 'idb'
import { vi } from 'vitest'

import { catalogName, keysOfGeneration } from '../../src/storage/catalog-schema.ts'
import type {
  CatalogDatabase,
  CatalogSchema,
  StoredBackend,
  TombstoneRecord,
} from '../../src/storage/catalog-schema.ts'

/*
 * The storage as it is, behind the back of the code under test.
 */

/**
 * Deletes everything of sectorcache. Connections that are still open close by themselves; what an earlier test
 * is still writing is waited for.
 */
export async function clearStorage(): Promise<void> {
  await deleteDB(catalogName)
  const root = await navigator.storage.getDirectory()
  await vi.waitFor(() => root.removeEntry('sectorcache', { recursive: true }).catch(ignoreMissing))
}

/** Runs `work` with a connection of its own to the catalog, which must exist. */
export async function withCatalog<Result>(
  work: (db: CatalogDatabase) => Promise<Result>,
): Promise<Result> {
  const db = await openDB<CatalogSchema>(catalogName)
  try {
    return await work(db)
  } finally {
    db.close()
  }
}

/** The chunks of which there is data, ascending. */
export async function storedData(backend: StoredBackend, generation: string): Promise<number[]> {
  if (backend === 'idb') {
    const keys = await withCatalog((db) => db.getAllKeys('chunks', keysOfGeneration(generation)))
    return keys.map(([, index]) => index)
  }
  const files = (await listFiles()).filter((path) => path.startsWith(`${generation}/`))
  return files.map((path) => Number(path.split('/').at(-1))).sort((a, b) => a - b)
}

/** The paths of all files below the folder `sectorcache`, ascending. */
export async function listFiles(): Promise<string[]> {
  const root = await navigator.storage.getDirectory()
  const folder = await root.getDirectoryHandle('sectorcache').catch(ignoreMissing)
  return folder === undefined ? [] : (await walk(folder, '')).sort()
}

/** Deletes the data of a chunk, and leaves its bit. */
export async function loseData(
  backend: StoredBackend,
  generation: string,
  index: number,
): Promise<void> {
  if (backend === 'idb') {
    await withCatalog((db) => db.delete('chunks', [generation, index]))
  } else {
    await (await openShard(generation, index)).removeEntry(String(index))
  }
}

/** Replaces the data of a chunk, as a power loss or a bad disk may. */
export async function replaceData(
  { backend, id }: { backend: StoredBackend; id: string },
  index: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  if (backend === 'idb') {
    await withCatalog((db) => db.put('chunks', new Blob([bytes]), [id, index]))
  } else {
    const file = await (await openShard(id, index)).getFileHandle(String(index))
    const writable = await file.createWritable()
    await writable.write(bytes)
    await writable.close()
  }
}

/** Leaves data behind that no catalog knows of, as a killed writer may. */
export async function leaveOrphan(
  backend: StoredBackend,
  generation: string,
  name: string,
): Promise<void> {
  if (backend === 'idb') {
    await withCatalog((db) => db.put('chunks', new Blob(['?']), [generation, Number(name)]))
    return
  }
  const root = await navigator.storage.getDirectory()
  const folder = await root.getDirectoryHandle('sectorcache', { create: true })
  const ofGeneration = await folder.getDirectoryHandle(generation, { create: true })
  const shard = await ofGeneration.getDirectoryHandle('0', { create: true })
  await shard.getFileHandle(name, { create: true })
}

/** The tombstones of the catalog. */
export function listTombstones(): Promise<TombstoneRecord[]> {
  return withCatalog((db) => db.getAll('tombstones'))
}

/** Makes all tombstones due now. */
export function makeTombstonesDue(): Promise<void> {
  return withCatalog(async (db) => {
    const { store, done } = db.transaction('tombstones', 'readwrite')
    let cursor = await store.openCursor()
    for (; cursor !== null; cursor = await cursor.continue()) {
      await cursor.update({ ...cursor.value, dueAt: Date.now() - 1 })
    }
    await done
  })
}

/** How many records of coverage there are, of all generations. */
export function countPages(): Promise<number> {
  return withCatalog((db) => db.count('pages'))
}

async function openShard(generation: string, index: number): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory()
  const folder = await (await root.getDirectoryHandle('sectorcache')).getDirectoryHandle(generation)
  return folder.getDirectoryHandle(Math.floor(index / 1024).toString(36))
}

async function walk(folder: FileSystemDirectoryHandle, path: string): Promise<string[]> {
  const found: string[] = []
  for await (const entry of folder.values()) {
    if (entry.kind === 'file') found.push(path + entry.name)
    else found.push(...(await walk(entry as FileSystemDirectoryHandle, `${path}${entry.name}/`)))
  }
  return found
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof DOMException && error.name === 'NotFoundError') return undefined
  throw error
}
