import type { ChunkRun } from '../core/chunk-grid.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { keysOfGeneration, keysOfRun } from './catalog-schema.ts'
import type { CheckedChunk, ChunkStore } from './chunk-store.ts'
import { missingInRun, setStoredBits } from './coverage-catalog.ts'
import { isUnreadable } from './storage-errors.ts'

/**
 * Chunks as records of IndexedDB. A chunk and its bit are one transaction with strict durability, so
 * neither can be there without the other, not even after a power loss.
 */
export function createIdbChunkStore(catalog: CatalogConnection): ChunkStore {
  let blobsWork: Promise<boolean> | undefined

  return {
    backend: 'idb',
    read: (generation, index, length) => readRecord(catalog, { generation, index, length }),
    async commit(generation, chunks) {
      blobsWork ??= probeBlobs(catalog)
      const asBlob = await blobsWork
      const records = chunks.filter((chunk) => !chunk.zero)
      return catalog.use('Storing chunks', async (db) => {
        const transaction = db.transaction(['generations', 'pages', 'chunks'], 'readwrite', {
          durability: 'strict',
        })
        const known = await setStoredBits(transaction, { generation: generation.id, chunks })
        if (known) putRecords(records)
        await transaction.done
        return known

        function putRecords(toPut: readonly CheckedChunk[]): void {
          const store = transaction.objectStore('chunks')
          for (const { bytes, index } of toPut) {
            // A failure to store shows as the transaction's abort, not here (DESIGN section 5).
            store.put(wrap(bytes, asBlob), [generation.id, index]).catch(() => undefined)
          }
        }
      })
    },
    sweepRun: (generation, run) => sweepRecords(catalog, generation, run),
    async sweepGeneration(generation) {
      await catalog.use('Deleting chunks', (db) =>
        db.delete('chunks', keysOfGeneration(generation)),
      )
    },
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
): Promise<Blob | undefined> {
  const record = await catalog.use('Reading a chunk', async (db) => {
    try {
      return await db.get('chunks', [generation, index])
    } catch (error) {
      if (isUnreadable(error)) return undefined
      throw error
    }
  })
  const blob = record instanceof ArrayBuffer ? new Blob([record]) : record
  return blob?.size === length ? blob : undefined
}

async function sweepRecords(
  catalog: CatalogConnection,
  generation: string,
  run: ChunkRun,
): Promise<void> {
  await catalog.use('Deleting chunks', async (db) => {
    const transaction = db.transaction(['pages', 'chunks'], 'readwrite')
    const store = transaction.objectStore('chunks')
    const keys = await store.getAllKeys(keysOfRun(generation, run))
    const missing = new Set(await missingInRun(transaction, { generation, run }))
    for (const key of keys) {
      if (missing.has(key[1])) void store.delete(key)
    }
    await transaction.done
  })
}

/** Whether Blobs can be stored here: not in Safari's private windows, where `put` fails. */
async function probeBlobs(catalog: CatalogConnection): Promise<boolean> {
  const key: [string, number] = ['', 0]
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
