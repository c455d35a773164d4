import type { ChunkRun } from '../core/chunk-grid.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { chunkStores, keysOfRun } from './catalog-schema.ts'
import type { ChunkStore, StoredData } from './chunk-store.ts'
import { missingInRun, setStoredBits } from './coverage-catalog.ts'
import { deleteChunks, deleteGeneration, dropChunks, putChunks } from './shared-chunks.ts'
import { isUnreadable } from './storage-errors.ts'
import { transact } from './transact.ts'

/**
 * Chunks as records of IndexedDB. A chunk and its bit are one transaction with strict durability, so
 * neither can be there without the other, not even after a power loss.
 */
export function createIdbChunkStore(catalog: CatalogConnection): ChunkStore {
  let blobsWork: Promise<boolean> | undefined

  async function canStoreBlobs(): Promise<boolean> {
    blobsWork ??= probeBlobs(catalog)
    const works = await blobsWork
    // It may have failed for a reason that passes, such as a full disk: next time it is tried again.
    if (!works) blobsWork = undefined
    return works
  }

  return {
    backend: 'idb',
    isDurable: true,
    read: (generation, index, length) => readRecord(catalog, { generation, index, length }),
    async commit(generation, chunks) {
      const asBlob = await canStoreBlobs()
      return catalog.use('Storing chunks', (db) =>
        transact(db, { stores: [...chunkStores] }, async (transaction) => {
          const known = await setStoredBits(transaction, { generation: generation.id, chunks })
          if (!known) return false
          const withData = chunks
            .filter(({ zero }) => !zero)
            .map(({ index, digest, bytes }) => ({ index, digest, data: () => wrap(bytes, asBlob) }))
          await putChunks(transaction, generation.id, withData)
          return true
        }),
      )
    },
    async dropData(generation, run) {
      await catalog.use('Deleting chunks', (db) =>
        transact(db, { stores: [...chunkStores] }, (transaction) =>
          dropChunks(transaction, generation, run),
        ),
      )
    },
    sweepRun: (generation, run) => sweepRecords(catalog, generation, run),
    async sweepGeneration(generation) {
      await catalog.use('Deleting chunks', (db) =>
        transact(db, { stores: [...chunkStores] }, (transaction) =>
          deleteGeneration(transaction, generation),
        ),
      )
    },
    listGenerations: () => listGenerations(catalog),
    // A chunk and its bit are one transaction: there is no data without one.
    sweepOrphans: async () => undefined,
  }
}

function wrap(bytes: Uint8Array<ArrayBuffer>, asBlob: boolean): Blob | ArrayBuffer {
  if (asBlob) return new Blob([bytes])
  const isWhole = bytes.byteLength === bytes.buffer.byteLength
  return isWhole ? bytes.buffer : bytes.slice().buffer
}

async function readRecord(
  catalog: CatalogConnection,
  { generation, index, length }: { generation: string; index: number; length: number },
): Promise<StoredData | undefined> {
  const record = await catalog.use('Reading a chunk', async (db) => {
    try {
      // In one transaction: else other data may lie there by the time that the pointer is followed.
      const transaction = db.transaction(['chunks', 'shares'])
      const chunks = transaction.objectStore('chunks')
      const own = await chunks.get([generation, index])
      if (own !== undefined) return own
      const share = await transaction.objectStore('shares').get([generation, index])
      return share && (await chunks.get(share.of))
    } catch (error) {
      if (isUnreadable(error)) return undefined
      throw error
    }
  })
  if (record === undefined) return undefined
  const isInMemory = record instanceof ArrayBuffer
  const blob = isInMemory ? new Blob([record]) : record
  return blob.size === length ? { blob, isInMemory } : undefined
}

async function sweepRecords(
  catalog: CatalogConnection,
  generation: string,
  run: ChunkRun,
): Promise<void> {
  await catalog.use('Deleting chunks', (db) =>
    transact(db, { stores: [...chunkStores] }, async (transaction) => {
      const keys = keysOfRun(generation, run)
      const [owned, shared, missing] = await Promise.all([
        transaction.objectStore('chunks').getAllKeys(keys),
        transaction.objectStore('shares').getAllKeys(keys),
        missingInRun(transaction.objectStore('pages'), { generation, run }),
      ])
      const isMissing = new Set(missing)
      const dead = [...owned, ...shared].filter(([, index]) => isMissing.has(index))
      await deleteChunks(transaction, dead)
    }),
  )
}

/**
 * One step for each generation, however many chunks it has. A worker of version 1 of the catalog knows `chunks` only, and
 * leaves the rest of what it gives up.
 */
function listGenerations(catalog: CatalogConnection): Promise<string[]> {
  return catalog.use('Looking for orphans', async (db) => {
    const found = new Set<string>()
    const names = ['chunks', 'shares', 'digests'] as const
    const transaction = db.transaction(names)
    for (const name of names) {
      let cursor = await transaction.objectStore(name).openKeyCursor()
      while (cursor !== null) {
        const [generation] = cursor.key
        found.add(generation)
        cursor = await cursor.continue([generation, Infinity])
      }
    }
    // What is kept for others is no orphan: it goes with the last of them.
    let owner = await transaction.objectStore('shares').index('of').openKeyCursor()
    while (owner !== null) {
      found.delete(owner.key[0])
      owner = await owner.continue([owner.key[0], Infinity])
    }
    return [...found]
  })
}

/** Whether Blobs can be stored here: not in Safari's private windows, where `put` fails. */
async function probeBlobs(catalog: CatalogConnection): Promise<boolean> {
  const key: [string, number] = [`probe ${crypto.randomUUID()}`, 0]
  try {
    return await catalog.use('Trying the store', async (db) => {
      await db.put('chunks', new Blob(['?']), key)
      const stored = await db.get('chunks', key)
      await db.delete('chunks', key)
      return stored instanceof Blob && (await stored.text()) === '?'
    })
  } catch {
    return false
  }
}
