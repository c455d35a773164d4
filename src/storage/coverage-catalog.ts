import type { ChunkRun } from '../core/chunk-grid.ts'
import { chunksPerPage, keysOfRun } from './catalog-schema.ts'
import type { CatalogTransaction, ChunkTransaction, PageRecord } from './catalog-schema.ts'
import type { ChunkFacts } from './chunk-store.ts'
import { createPage, isPresent, markMissing, markStored, pageOf } from './coverage-page.ts'
import { assertPromised } from './promised-hashes.ts'
import { unheard } from './transact.ts'

/**
 * Sets the bits of `chunks`, inside the caller's transaction. Pages are read from the database, never from
 * memory: another worker may have changed them.
 *
 * @returns `false`, with nothing changed, when the generation is not in the catalog any more.
 * @throws {DiskCacheError} `integrity-failed` if a chunk is not what the generation's manifest promises. The transaction
 * is to be aborted.
 */
export async function setStoredBits(
  transaction: ChunkTransaction,
  { generation, chunks }: { generation: string; chunks: readonly ChunkFacts[] },
): Promise<boolean> {
  if ((await transaction.objectStore('generations').getKey(generation)) === undefined) return false
  const pages = transaction.objectStore('pages')
  for (const [number, onPage] of groupByPage(chunks)) {
    const [stored, hashes] = await Promise.all([
      pages.get([generation, number]),
      transaction.objectStore('hashes').get([generation, number]),
    ])
    if (hashes !== undefined) assertPromised(onPage, hashes)
    const page = stored ?? createPage()
    for (const chunk of onPage) markStored(page, chunk)
    unheard(pages.put(page, [generation, number]))
  }
  return true
}

/**
 * Clears the bits of the chunks of `run`, inside the caller's transaction.
 *
 * @returns the chunks that were stored, ascending.
 */
export async function clearStoredBits(
  transaction: CatalogTransaction<('pages' | 'tombstones')[], 'readwrite'>,
  { generation, run }: { generation: string; run: ChunkRun },
): Promise<number[]> {
  const cleared: number[] = []
  if (run.first >= run.end) return cleared
  const keys = keysOfRun(generation, { first: pageOf(run.first), end: pageOf(run.end - 1) + 1 })
  let cursor = await transaction.objectStore('pages').openCursor(keys)
  for (; cursor !== null; cursor = await cursor.continue()) {
    const page = cursor.value
    const before = cleared.length
    for (const index of presentOnPage(page, { number: cursor.key[1], run })) {
      markMissing(page, index)
      cleared.push(index)
    }
    if (cleared.length > before) unheard(cursor.update(page))
  }
  return cleared
}

/**
 * The chunks of `run` whose bit is off, ascending.
 *
 * @param pages - the store, in a transaction of the caller.
 */
export async function missingInRun(
  pages: { get(key: [string, number]): Promise<PageRecord | undefined> },
  { generation, run }: { generation: string; run: ChunkRun },
): Promise<number[]> {
  const missing: number[] = []
  for (let number = pageOf(run.first); number <= pageOf(run.end - 1); number++) {
    const page = await pages.get([generation, number])
    for (const index of clampToPage(number, run)) {
      if (page === undefined || !isPresent(page, index)) missing.push(index)
    }
  }
  return missing
}

function groupByPage<Chunk extends { index: number }>(
  chunks: readonly Chunk[],
): Map<number, Chunk[]> {
  const groups = new Map<number, Chunk[]>()
  for (const chunk of chunks) {
    const number = pageOf(chunk.index)
    const group = groups.get(number)
    if (group === undefined) groups.set(number, [chunk])
    else group.push(chunk)
  }
  return groups
}

function* presentOnPage(
  page: PageRecord,
  { number, run }: { number: number; run: ChunkRun },
): Generator<number> {
  for (const index of clampToPage(number, run)) {
    if (isPresent(page, index)) yield index
  }
}

function* clampToPage(number: number, run: ChunkRun): Generator<number> {
  const { first, end } = pageRun(number)
  const last = Math.min(end, run.end)
  for (let index = Math.max(first, run.first); index < last; index++) yield index
}

/** The chunks on page `number`. */
function pageRun(number: number): ChunkRun {
  return { first: number * chunksPerPage, end: (number + 1) * chunksPerPage }
}
