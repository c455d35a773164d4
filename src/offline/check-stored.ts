import type { ByteRange } from '../core/byte-range.ts'
import { byteLengthOf } from '../core/byte-range.ts'
import { chunkBytes, indicesOf, joinRuns, runBytes } from '../core/chunk-grid.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import { bytesOfRuns } from '../core/chunk-runs.ts'
import { createRangeSet } from '../core/range-set.ts'
import { joinCatalogChanges } from '../storage/catalog-changes.ts'
import type { CatalogConnection } from '../storage/catalog-connection.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import { createCoverageMemory } from '../storage/coverage-memory.ts'
import { giveUpBadChunks } from '../storage/give-up-bad-chunks.ts'
import type { ChunkToCheck } from '../storage/give-up-bad-chunks.ts'
import { createIdbChunkStore } from '../storage/idb-chunk-store.ts'
import { createOpfsChunkStore } from '../storage/opfs-chunk-store.ts'
import { readCoverage } from '../storage/read-coverage.ts'

/** What of the needed chunks is stored, and good. */
export interface StoredFinding {
  /** Of all needed chunks. */
  readonly totalBytes: number
  /** Ascending, not touching. */
  readonly missing: readonly ByteRange[]
  /** Of the missing, bytes that were stored, and bad. */
  readonly damagedBytes: number
}

/** What {@link checkStored} needs. */
export interface StoredPorts {
  readonly catalog: CatalogConnection
  /** The needed chunks: ascending, not touching. */
  readonly runs: readonly ChunkRun[]
  /** Lets the worker forget what it remembers of the disk. */
  readonly refresh: () => Promise<void>
}

/** What is read at a time, in bytes, if that is more than one chunk. */
const batchBytes = 4 * 1024 * 1024

/**
 * Looks whether chunks are stored; if all are, reads them, and compares them with their checksums. Bad ones are given up.
 *
 * @throws {DiskCacheError} `storage-failed`.
 */
export async function checkStored(
  record: GenerationRecord,
  { catalog, runs, refresh }: StoredPorts,
): Promise<StoredFinding> {
  const stores = { idb: createIdbChunkStore(catalog), opfs: createOpfsChunkStore(catalog) }
  const store = stores[record.backend]
  const grid = { sizeBytes: record.identity.sizeBytes, chunkSize: record.chunkSize }
  const totalBytes = bytesOfRuns(grid, runs)
  const stored = createRangeSet()
  for (const run of await readCoverage(catalog, record)) stored.add(runBytes(grid, run))
  const missing = runs.flatMap((run) => stored.gaps(runBytes(grid, run)))
  // The answer is no: what that takes shall not take long.
  if (missing.length > 0) return { totalBytes, missing, damagedBytes: 0 }
  const changes = joinCatalogChanges(() => undefined)
  const ports = { catalog, store, announce: changes.announce, refresh }
  const bad: number[] = []
  try {
    for await (const batch of batchesOf(record, runs, catalog)) {
      bad.push(...(await giveUpBadChunks(record, batch, ports)).keys())
    }
  } finally {
    changes.close()
  }
  const badRuns = joinRuns(bad.sort((a, b) => a - b))
  return {
    totalBytes,
    missing: badRuns.map((run) => runBytes(grid, run)),
    damagedBytes: bytesOfRuns(grid, badRuns),
  }
}

async function* batchesOf(
  record: GenerationRecord,
  runs: readonly ChunkRun[],
  catalog: CatalogConnection,
): AsyncGenerator<ChunkToCheck[]> {
  const grid = { sizeBytes: record.identity.sizeBytes, chunkSize: record.chunkSize }
  const memory = createCoverageMemory(catalog, record.id)
  let batch: ChunkToCheck[] = []
  for (const run of runs) {
    for (const index of indicesOf(run)) {
      await memory.load({ first: index, end: index + 1 })
      const facts = memory.facts(index)
      if (facts === undefined || facts.zero) continue
      const bytes = byteLengthOf(chunkBytes(grid, index))
      batch.push({ index, bytes, checksum: facts.checksum.slice() })
      if (batch.length * grid.chunkSize < batchBytes) continue
      yield batch
      batch = []
    }
  }
  yield batch
}
