import { bitsOf } from '../core/bitmap.ts'
import { byteLengthOf } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { chunkBytes, joinRuns, runBytes } from '../core/chunk-grid.ts'
import { DiskCacheError } from '../core/errors.ts'
import { createRateMeter } from '../core/rate-meter.ts'
import type { VerifyProgress, VerifyReport } from '../core/verify-report.ts'
import { joinCatalogChanges } from '../storage/catalog-changes.ts'
import { createCatalogConnection } from '../storage/catalog-connection.ts'
import type { CatalogConnection } from '../storage/catalog-connection.ts'
import { chunksPerPage } from '../storage/catalog-schema.ts'
import type { GenerationRecord, PageRecord } from '../storage/catalog-schema.ts'
import { checksumOf, isZero } from '../storage/coverage-page.ts'
import { createGenerationCatalog } from '../storage/generation-catalog.ts'
import { giveUpBadChunks } from '../storage/give-up-bad-chunks.ts'
import type { ChunkToCheck } from '../storage/give-up-bad-chunks.ts'
import { createIdbChunkStore } from '../storage/idb-chunk-store.ts'
import { createOpfsChunkStore } from '../storage/opfs-chunk-store.ts'

/** What is read at a time, in bytes, if that is more than one chunk. */
const readAheadBytes = 4 * 1024 * 1024

/** What {@link verifyDisk} needs of the page. */
export interface VerifyPorts {
  /** The key of the disk. */
  readonly url: string
  /** Lets the worker forget what it remembers of the disk; resolves when it has. */
  readonly refresh: () => Promise<void>
  /** Fetches bytes of a generation again; absent: bad chunks are only reported. */
  readonly repair?: (
    ranges: readonly ByteRange[],
    generation: string,
  ) => Promise<{ readonly fetchedBytes: number }>
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined
}

/**
 * Reads everything that is stored of a disk, and compares it with its checksums. What is bad is not stored any more when
 * this resolves, and no worker remembers it. Loaded by `Disk.verify()`, see there.
 *
 * @throws {DiskCacheError} `aborted`; `storage-failed` when the store cannot be read at all; and what keeps a bad chunk
 * from being repaired.
 */
export async function verifyDisk(ports: VerifyPorts): Promise<VerifyReport> {
  const { url, signal, onProgress } = ports
  const catalog = createCatalogConnection()
  const changes = joinCatalogChanges(() => undefined)
  const stores = { idb: createIdbChunkStore(catalog), opfs: createOpfsChunkStore(catalog) }
  const check = { catalog, announce: changes.announce, refresh: ports.refresh }
  const meter = createRateMeter()
  const bad: VerifyReport['bad'][number][] = []
  const seen = { checkedBytes: 0, damagedBytes: 0, missingBytes: 0 }
  let repairedBytes = 0
  try {
    const records = await createGenerationCatalog(catalog).list(url)
    const totalBytes = records.reduce((sum, { storedBytes = 0 }) => sum + storedBytes, 0)
    for (const record of records) {
      const found: number[] = []
      for await (const chunks of batchesOf(catalog, record)) {
        if (signal?.aborted === true) throw aborted(url, signal.reason)
        const store = stores[record.backend]
        const conditions = await giveUpBadChunks(record, chunks, { ...check, store })
        found.push(...conditions.keys())
        for (const { index, bytes } of chunks) {
          const condition = conditions.get(index)
          seen.checkedBytes += bytes
          if (condition === 'damaged') seen.damagedBytes += bytes
          if (condition === 'missing') seen.missingBytes += bytes
        }
        meter.record(seen.checkedBytes, performance.now())
        onProgress?.({ url, totalBytes, ...seen, bytesPerSecond: meter.perSecond() })
      }
      if (found.length === 0) continue
      const ranges = rangesOf(record, found)
      bad.push({ generation: record.id, ranges })
      // Only what new sessions read can be fetched: of others the origin may have nothing any more.
      if (record.state === 'active' && ports.repair !== undefined) {
        repairedBytes += (await ports.repair(ranges, record.id)).fetchedBytes
      }
    }
    return { url, ...seen, bad, repairedBytes }
  } finally {
    catalog.close()
    changes.close()
  }
}

/** The stored chunks of a generation that have data, some at a time. */
async function* batchesOf(
  catalog: CatalogConnection,
  record: GenerationRecord,
): AsyncGenerator<ChunkToCheck[]> {
  const grid = { sizeBytes: record.identity.sizeBytes, chunkSize: record.chunkSize }
  const length = Math.max(1, Math.floor(readAheadBytes / record.chunkSize))
  for (let next = 0; ;) {
    const found = await readPage(catalog, record.id, next)
    if (found === undefined) return
    const { number, page } = found
    const chunks: ChunkToCheck[] = []
    for (const index of bitsOf(page.present, number * chunksPerPage)) {
      if (isZero(page, index)) continue
      const bytes = byteLengthOf(chunkBytes(grid, index))
      chunks.push({ index, bytes, checksum: checksumOf(page, index).slice() })
    }
    for (let at = 0; at < chunks.length; at += length) yield chunks.slice(at, at + length)
    next = number + 1
  }
}

function readPage(
  catalog: CatalogConnection,
  generation: string,
  first: number,
): Promise<{ number: number; page: PageRecord } | undefined> {
  return catalog.use('Reading coverage', async (db) => {
    const range = IDBKeyRange.bound([generation, first], [generation, Infinity])
    const cursor = await db.transaction('pages').store.openCursor(range)
    return cursor === null ? undefined : { number: cursor.key[1], page: cursor.value }
  })
}

function rangesOf(record: GenerationRecord, indices: readonly number[]): ByteRange[] {
  const grid = { sizeBytes: record.identity.sizeBytes, chunkSize: record.chunkSize }
  return joinRuns(indices).map((run) => runBytes(grid, run))
}

function aborted(url: string, cause: unknown): DiskCacheError {
  return new DiskCacheError('aborted', `The verification of ${url} was stopped.`, { cause })
}
