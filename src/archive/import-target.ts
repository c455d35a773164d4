import type { ArchiveHead } from '../core/archive-format.ts'
import type { BootProfile } from '../core/boot-profile.ts'
import { totalBytesOf } from '../core/byte-range.ts'
import { createChunkJoiner } from '../core/chunk-joiner.ts'
import { runBytes } from '../core/chunk-grid.ts'
import { DiskCacheError } from '../core/errors.ts'
import { etagOf, isSameGeneration } from '../core/generation-identity.ts'
import type { ImportProgress, ImportReport } from '../core/import-report.ts'
import { joinCatalogChanges } from '../storage/catalog-changes.ts'
import { createCatalogConnection } from '../storage/catalog-connection.ts'
import type { CatalogConnection } from '../storage/catalog-connection.ts'
import type { GenerationRecord, StoredBackend } from '../storage/catalog-schema.ts'
import type { NewChunk } from '../storage/chunk-store.ts'
import { createGenerationCatalog } from '../storage/generation-catalog.ts'
import { createIdbChunkStore } from '../storage/idb-chunk-store.ts'
import { createOpfsChunkStore } from '../storage/opfs-chunk-store.ts'
import { isAllZero } from '../storage/is-all-zero.ts'
import { openGeneration } from '../storage/stored-generation.ts'
import { isOutOfRoom } from '../storage/storage-errors.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'
import { keepProfile } from './keep-profile.ts'

/** What is needed of the worker. URLs are the disk's as the page has it. */
export interface ArchiveApi {
  /** Tells the key of the disk. @throws {DiskCacheError} `no-such-disk` */
  status(url: string): Promise<{ readonly url: string }>
  /** Tells where chunks are stored. */
  storage(): Promise<{ readonly backend: StoredBackend }>
  /** Gives up what is needed less. @throws {DiskCacheError} `quota-exceeded` */
  makeRoom(url: string, bytes: number, isUrgent: boolean): Promise<boolean>
  /** Looks again what is stored of the disk. */
  refresh(url: string): Promise<void>
}

/** What {@link openTarget} needs. */
export interface TargetPorts {
  readonly api: ArchiveApi
  /** The key of the disk. */
  readonly url: string
  readonly onProgress: (
    progress: Pick<ImportProgress, 'url' | 'readBytes' | 'importedBytes'>,
  ) => void
}

/** The version of a disk that an archive goes into. */
export interface ImportTarget {
  /** Bytes that it has stored, and that are still stored. */
  readonly importedBytes: number
  /**
   * Takes bytes of the disk, in order. They are stored when some MiB have come together.
   *
   * @throws {DiskCacheError} `quota-exceeded`, `storage-failed`; `disk-changed` when the version was given up meanwhile.
   */
  add(offset: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /** Stores what has come, and what boots read elsewhere. */
  finish(profile: BootProfile | undefined): Promise<void>
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
  const { backend } = await api.storage()
  const catalog = createCatalogConnection()
  const changes = joinCatalogChanges(() => undefined)
  try {
    const record = await findOrMake(head, { url, backend }, catalog)
    const store =
      record.backend === 'idb' ? createIdbChunkStore(catalog) : createOpfsChunkStore(catalog)
    const generation = openGeneration(record, { catalog, store })
    const joiner = createChunkJoiner(generation.grid)
    const counted = { readBytes: 0, importedBytes: 0, presentBytes: 0 }
    let batch: NewChunk[] = []

    const flush = async (): Promise<void> => {
      const chunks = batch
      batch = []
      if (chunks.length === 0) return
      if (await storeWithRoom(generation, chunks, api)) {
        counted.importedBytes += sizeOf(chunks)
        return
      }
      counted.importedBytes = 0
      throw givenUp(url)
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
        const { readBytes, importedBytes } = counted
        onProgress({ url, readBytes, importedBytes })
      },
      async finish(profile) {
        await flush()
        if (profile !== undefined) await keepProfile(catalog, record, profile)
      },
      report: () =>
        describe(generation, { url, counted, leftOutBytes: joiner.leftOutBytes, catalog }),
      async close() {
        catalog.close()
        changes.announce(record.url)
        changes.close()
        // It has heard of it already. That it does not answer is not what this import came to.
        await api.refresh(url).catch(() => undefined)
      },
    }
  } catch (error) {
    catalog.close()
    changes.close()
    throw error
  }
}

/** @returns `false` when the version was given up meanwhile. */
async function storeWithRoom(
  { record: { url }, commit }: StoredGeneration,
  chunks: readonly NewChunk[],
  { makeRoom }: ArchiveApi,
): Promise<boolean> {
  // What is all zero is a flag, and takes none.
  const bytes = sizeOf(chunks.filter((chunk) => !isAllZero(chunk.bytes)))
  if (bytes > 0) await makeRoom(url, bytes, false)
  try {
    return await commit(chunks)
  } catch (error) {
    // Only the browser knows how much room there is, and only now.
    if (!isOutOfRoom(error) || !(await makeRoom(url, bytes, true).catch(() => false))) throw error
    return commit(chunks)
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
  const anotherIsWaiting = records.some((record) => record.state === 'waiting' && record !== known)
  if (known !== undefined && (known.state !== 'retired' || anotherIsWaiting)) return known
  if (anotherIsWaiting) throw anotherWaits(url)
  if (known !== undefined) {
    // A retired one may be given up at any moment: it waits again. The origin has not shown it, so nothing else of it changes.
    const { storedBytes: _, manifest: __, ...kept } = known
    return generations.ensure({ ...kept, createdAt: known.receivedAt ?? known.createdAt })
  }
  // Somebody has written to the disk: of what was there before, sessions begin on none without asking.
  const needsValidation = records.some((record) => record.needsValidation)
  return generations.ensure({
    url,
    identity,
    headers,
    chunkSize,
    acceptsRanges,
    backend,
    createdAt: Date.now(),
    receivedAt,
    ...(needsValidation && { needsValidation }),
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
