import type { ArchiveHead } from '../core/archive-format.ts'
import { totalBytesOf } from '../core/byte-range.ts'
import { createChunkJoiner } from '../core/chunk-joiner.ts'
import { runBytes } from '../core/chunk-grid.ts'
import { DiskCacheError } from '../core/errors.ts'
import { etagOf, isSameGeneration } from '../core/generation-identity.ts'
import type { ImportProgress, ImportReport } from '../core/import-report.ts'
import { createRateMeter } from '../core/rate-meter.ts'
import { joinCatalogChanges } from '../storage/catalog-changes.ts'
import { createCatalogConnection } from '../storage/catalog-connection.ts'
import type { CatalogConnection } from '../storage/catalog-connection.ts'
import type { GenerationRecord, StoredBackend } from '../storage/catalog-schema.ts'
import type { NewChunk } from '../storage/chunk-store.ts'
import { createGenerationCatalog } from '../storage/generation-catalog.ts'
import { createIdbChunkStore } from '../storage/idb-chunk-store.ts'
import { createOpfsChunkStore } from '../storage/opfs-chunk-store.ts'
import { openGeneration } from '../storage/stored-generation.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'

/** What is needed of the worker. URLs are the disk's as the page has it. */
export interface ArchiveApi {
  /** Tells the key of the disk. @throws {DiskCacheError} `no-such-disk` */
  status(url: string): Promise<{ readonly url: string }>
  storage(): Promise<{
    readonly budget: number
    readonly usage: number
    readonly backend: StoredBackend
    readonly disks: readonly { readonly bytes: number }[]
  }>
  /** Looks again what is stored of the disk. */
  refresh(url: string): Promise<void>
}

/** What {@link openTarget} needs. */
export interface TargetPorts {
  readonly api: ArchiveApi
  /** The key of the disk. */
  readonly url: string
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined
}

/** The version of a disk that an archive goes into. */
export interface ImportTarget {
  readonly importedBytes: number
  /**
   * Takes bytes of the disk, in order. They are stored when some MiB have come together.
   *
   * @throws {DiskCacheError} `quota-exceeded`, `storage-failed`; `disk-changed` when the version was given up meanwhile.
   */
  add(offset: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /** Stores what has come. */
  finish(): Promise<void>
  report(): Promise<ImportReport>
  /** Tells the worker, whatever has come of it. */
  close(): Promise<void>
}

/** What is stored in one transaction, in bytes. */
const batchBytes = 4 * 1024 * 1024

/**
 * Finds the version that an archive is of, or makes it: active, if the disk has none, or else waiting.
 *
 * @throws {DiskCacheError} `disk-changed` if yet another version waits, which would have to go.
 */
export async function openTarget(head: ArchiveHead, ports: TargetPorts): Promise<ImportTarget> {
  const { api, url, onProgress } = ports
  const { backend, budget, usage, disks } = await api.storage()
  const catalog = createCatalogConnection()
  const changes = joinCatalogChanges(() => undefined)
  try {
    const record = await findOrMake(head, { url, backend }, catalog)
    const store =
      record.backend === 'idb' ? createIdbChunkStore(catalog) : createOpfsChunkStore(catalog)
    const generation = openGeneration(record, { catalog, store })
    const joiner = createChunkJoiner(generation.grid)
    const meter = createRateMeter()
    const counted = { readBytes: 0, importedBytes: 0, presentBytes: 0 }
    const stored = disks.reduce((sum, { bytes }) => sum + bytes, 0)
    let room = budget - Math.max(usage, stored)
    let batch: NewChunk[] = []

    const flush = async (): Promise<void> => {
      const chunks = batch
      batch = []
      const bytes = sizeOf(chunks)
      if (bytes === 0) return
      if (bytes > room) throw noRoom(url, bytes, room)
      if (!(await generation.commit(chunks))) throw givenUp(url)
      room -= bytes
      counted.importedBytes += bytes
    }

    return {
      get importedBytes() {
        return counted.importedBytes
      },
      async add(offset, bytes) {
        counted.readBytes += bytes.byteLength
        for (const chunk of joiner.add(offset, bytes)) {
          await generation.loadPages({ first: chunk.index, end: chunk.index + 1 })
          if (generation.isStored(chunk.index)) counted.presentBytes += chunk.bytes.byteLength
          else batch.push(chunk)
        }
        if (sizeOf(batch) >= batchBytes) await flush()
        meter.record(counted.readBytes, performance.now())
        const { readBytes, importedBytes } = counted
        onProgress?.({ url, readBytes, importedBytes, bytesPerSecond: meter.perSecond() })
      },
      finish: flush,
      report: () =>
        describe(generation, { url, counted, leftOutBytes: joiner.leftOutBytes, catalog }),
      async close() {
        catalog.close()
        changes.announce(record.url)
        changes.close()
        await api.refresh(url)
      },
    }
  } catch (error) {
    catalog.close()
    changes.close()
    throw error
  }
}

async function findOrMake(
  { identity, headers, chunkSize, acceptsRanges, receivedAt }: ArchiveHead,
  { url, backend }: { url: string; backend: StoredBackend },
  catalog: CatalogConnection,
): Promise<GenerationRecord> {
  const generations = createGenerationCatalog(catalog)
  await generations.touch(url)
  const records = await generations.list(url)
  const known = records.find((record) => isSameGeneration(record.identity, identity))
  if (known !== undefined) return known
  if (records.some(({ state }) => state === 'waiting')) throw anotherWaits(url)
  return generations.ensure({
    url,
    identity,
    headers,
    chunkSize,
    acceptsRanges,
    backend,
    createdAt: Date.now(),
    receivedAt,
  })
}

async function describe(
  { record, grid, coverage }: StoredGeneration,
  {
    url,
    counted: { importedBytes, presentBytes },
    leftOutBytes,
    catalog,
  }: {
    url: string
    counted: { readonly importedBytes: number; readonly presentBytes: number }
    leftOutBytes: number
    catalog: CatalogConnection
  },
): Promise<ImportReport> {
  const { validator, sizeBytes } = record.identity
  const stored = totalBytesOf((await coverage()).map((run) => runBytes(grid, run)))
  const records = await createGenerationCatalog(catalog).list(record.url)
  const state = records.find(({ id }) => id === record.id)?.state ?? record.state
  const etag = etagOf(validator)
  return {
    url,
    state,
    ...(etag !== undefined && { etag }),
    ...(validator.kind === 'date' && { lastModified: validator.lastModified }),
    size: sizeBytes,
    importedBytes,
    presentBytes,
    leftOutBytes,
    missingBytes: sizeBytes - stored,
  }
}

function sizeOf(chunks: readonly NewChunk[]): number {
  return chunks.reduce((sum, { bytes }) => sum + bytes.byteLength, 0)
}

function noRoom(url: string, wanted: number, room: number): DiskCacheError {
  return new DiskCacheError(
    'quota-exceeded',
    `There is no room for more of ${url}: ${wanted} bytes were to be stored, and there is room for ${Math.max(0, room)}. ` +
      'Evict something, or raise the option "budget".',
    { details: { url } },
  )
}

function givenUp(url: string): DiskCacheError {
  return new DiskCacheError(
    'disk-changed',
    `This version of ${url} was given up while it was being imported. Import it again.`,
    { details: { url } },
  )
}

function anotherWaits(url: string): DiskCacheError {
  return new DiskCacheError(
    'disk-changed',
    `Another version of ${url} waits already, and would be lost. Call activate(), or invalidate() one of them, first.`,
    { details: { url } },
  )
}
