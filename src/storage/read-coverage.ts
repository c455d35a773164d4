import { bitsOf } from '../core/bitmap.ts'
import { countChunks, joinRuns } from '../core/chunk-grid.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { chunksPerPage, keysOfGeneration } from './catalog-schema.ts'
import type { GenerationRecord } from './catalog-schema.ts'

/**
 * Reads which chunks of a generation are stored: runs, ascending.
 *
 * @param gone - what has no data any more, though its bits are on still.
 * @throws {DiskCacheError} `storage-failed`.
 */
export async function readCoverage(
  catalog: CatalogConnection,
  { id, identity: { sizeBytes }, chunkSize }: GenerationRecord,
  gone?: ReadonlySet<number>,
): Promise<ChunkRun[]> {
  const chunkCount = countChunks({ sizeBytes, chunkSize })
  const indices = await catalog.use('Reading coverage', async (db) => {
    const { store } = db.transaction('pages')
    const range = keysOfGeneration(id)
    const [keys, pages] = await Promise.all([store.getAllKeys(range), store.getAll(range)])
    const stored: number[] = []
    pages.forEach((page, at) => {
      for (const index of bitsOf(page.present, (keys[at]?.[1] ?? 0) * chunksPerPage)) {
        if (index < chunkCount && !gone?.has(index)) stored.push(index)
      }
    })
    return stored
  })
  return joinRuns(indices)
}
