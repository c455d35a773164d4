import type { ChunkRun } from '../core/chunk-grid.ts'
import { byteLengthOf } from '../core/byte-range.ts'
import { chunkBytes } from '../core/chunk-grid.ts'
import { chunksPerPage, keysOfGeneration, keysOfRun } from './catalog-schema.ts'
import type { ChunkTransaction, GenerationRecord, PageRecord } from './catalog-schema.ts'
import type { ChunkFacts } from './chunk-store.ts'
import { countData } from './count-data.ts'
import {
  createPage,
  isPresent,
  isZero,
  markMissing,
  markStored,
  pageOf,
  withUses,
} from './coverage-page.ts'
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
  const record = await transaction.objectStore('generations').get(generation)
  if (record === undefined) return false
  const before = await countedBytes(transaction, record)
  const pages = transaction.objectStore('pages')
  let added = 0
  for (const [number, onPage] of groupByPage(chunks)) {
    const [stored, hashes] = await Promise.all([
      pages.get([generation, number]),
      transaction.objectStore('hashes').get([generation, number]),
    ])
    if (hashes !== undefined) assertPromised(onPage, hashes)
    const page = withUses(stored ?? createPage())
    for (const chunk of onPage) {
      const bytes = chunk.zero ? 0 : dataBytes(record, chunk.index)
      added += bytes - (isPresent(page, chunk.index) ? storedOn(page, record, chunk.index) : 0)
      markStored(page, chunk)
    }
    unheard(pages.put(page, [generation, number]))
  }
  putStoredBytes(transaction, record, before + added)
  return true
}

/** Which bits to clear. */
export interface ClearedBits {
  readonly generation: string
  readonly run: ChunkRun
  /** Whether this chunk of `run` is to go. @default all */
  readonly mayGo?: (index: number, page: PageRecord) => boolean
}

/**
 * Clears the bits of chunks, inside the caller's transaction.
 *
 * @returns the chunks that were stored, ascending, and the bytes of their data.
 */
export async function clearStoredBits(
  transaction: Pick<ChunkTransaction, 'objectStore'>,
  { generation, run, mayGo = () => true }: ClearedBits,
): Promise<{ readonly cleared: number[]; readonly bytes: number }> {
  const cleared: number[] = []
  if (run.first >= run.end) return { cleared, bytes: 0 }
  const record = await transaction.objectStore('generations').get(generation)
  const before = record && (await countedBytes(transaction, record))
  let bytes = 0
  const keys = keysOfRun(generation, { first: pageOf(run.first), end: pageOf(run.end - 1) + 1 })
  let cursor = await transaction.objectStore('pages').openCursor(keys)
  for (; cursor !== null; cursor = await cursor.continue()) {
    const page = cursor.value
    const clearedBefore = cleared.length
    for (const index of presentOnPage(page, { number: cursor.key[1], run })) {
      if (!mayGo(index, page)) continue
      if (record !== undefined) bytes += storedOn(page, record, index)
      markMissing(page, index)
      cleared.push(index)
    }
    if (cleared.length > clearedBefore) unheard(cursor.update(page))
  }
  if (record !== undefined && before !== undefined && cleared.length > 0) {
    putStoredBytes(transaction, record, before - bytes)
  }
  return { cleared, bytes }
}

/**
 * The chunks that {@link clearStoredBits} would clear.
 *
 * @param pages - the store, in a transaction of the caller.
 */
export async function presentInRun(
  pages: { get(key: [string, number]): Promise<PageRecord | undefined> },
  { generation, run, mayGo = () => true }: ClearedBits,
): Promise<number[]> {
  const present: number[] = []
  for (let number = pageOf(run.first); number <= pageOf(run.end - 1); number++) {
    const page = await pages.get([generation, number])
    if (page === undefined) continue
    for (const index of presentOnPage(page, { number, run })) {
      if (mayGo(index, page)) present.push(index)
    }
  }
  return present
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

/**
 * Bytes of data of the stored chunks of a generation, whoever shares it: what the record says; counted where an older worker
 * has not.
 */
export async function countedBytes(
  transaction: PageLister,
  { id, chunkSize, storedBytes }: GenerationRecord,
): Promise<number> {
  if (storedBytes !== undefined) return storedBytes
  return countData(await transaction.objectStore('pages').getAll(keysOfGeneration(id)), chunkSize)
}

interface PageLister {
  objectStore(name: 'pages'): { getAll(keys: IDBKeyRange): Promise<PageRecord[]> }
}

interface GenerationWriter {
  objectStore(name: 'generations'): {
    put?: ((record: GenerationRecord) => Promise<unknown>) | undefined
  }
}

function putStoredBytes(
  transaction: GenerationWriter,
  record: GenerationRecord,
  bytes: number,
): void {
  const storedBytes = Math.max(0, bytes)
  unheard(transaction.objectStore('generations').put?.({ ...record, storedBytes }))
}

/** Bytes of a chunk. */
export function dataBytes(
  { identity: { sizeBytes }, chunkSize }: GenerationRecord,
  index: number,
): number {
  return byteLengthOf(chunkBytes({ sizeBytes, chunkSize }, index))
}

/** Bytes of data of a chunk that is present. */
function storedOn(page: PageRecord, record: GenerationRecord, index: number): number {
  return isZero(page, index) ? 0 : dataBytes(record, index)
}
