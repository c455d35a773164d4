import { createTarPacker } from 'modern-tar'
import { archiveEntries, archiveSchema, chunkEntryName } from '../core/archive-format.ts'
import type { ArchiveEnd, ArchiveHead } from '../core/archive-format.ts'
import { byteLengthOf } from '../core/byte-range.ts'
import { chunkBytes, indicesOf, joinRuns, runBytes } from '../core/chunk-grid.ts'
import type { ChunkGrid, ChunkRun } from '../core/chunk-grid.ts'
import { DiskCacheError } from '../core/errors.ts'
import type { ExportProgress } from '../core/export-progress.ts'
import { createRateMeter } from '../core/rate-meter.ts'
import { createBootCatalog } from '../storage/boot-catalog.ts'
import { createCatalogConnection } from '../storage/catalog-connection.ts'
import type { CatalogConnection } from '../storage/catalog-connection.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import { checksumOfDigest, computeDigest } from '../storage/checksum.ts'
import type { ChunkStore } from '../storage/chunk-store.ts'
import { createCoverageMemory } from '../storage/coverage-memory.ts'
import type { CoverageMemory } from '../storage/coverage-memory.ts'
import { createGenerationCatalog } from '../storage/generation-catalog.ts'
import { createIdbChunkStore } from '../storage/idb-chunk-store.ts'
import { createOpfsChunkStore } from '../storage/opfs-chunk-store.ts'
import { readCoverage } from '../storage/read-coverage.ts'
import { toHex } from './hex.ts'
import type { ArchiveApi } from './import-target.ts'

/**
 * Writes what is stored of a disk's active version as an archive, see `docs/archive.md`. Each chunk is compared with its checksum
 * first: what is missing or damaged is left out.
 *
 * @internal what `Disk.export()` does
 * @returns the archive, made while it is read; fails with a `DiskCacheError`: `no-such-disk` if nothing is stored, `unsupported` for a
 * disk without ETag and date, `disk-changed` if the version was given up meanwhile, `storage-failed`.
 */
export function exportDisk(
  api: Pick<ArchiveApi, 'status'>,
  url: string,
  { onProgress }: ExportWork = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { readable, controller } = createTarPacker()
  const catalog = createCatalogConnection()
  const add: ArchiveWriter['add'] = (name, data) => addEntry(controller, name, data)
  api
    .status(url)
    .then(({ url: key }) => writeArchive(key, { catalog, add, onProgress }))
    .then(() => controller.finalize())
    .catch((error: unknown) => controller.error(error))
    .finally(() => catalog.close())
  return readable
}

/** What {@link exportDisk} takes. */
export interface ExportWork {
  readonly onProgress?: ((progress: ExportProgress) => void) | undefined
}

interface ArchiveWriter extends ExportWork {
  readonly catalog: CatalogConnection
  /** Resolves when there is room for more. Rejects when nobody reads on. */
  add(name: string, data: Uint8Array): Promise<void>
}

async function writeArchive(
  key: string,
  { catalog, add, onProgress }: ArchiveWriter,
): Promise<void> {
  const generations = createGenerationCatalog(catalog)
  const records = await generations.list(key)
  const record = records.find(({ state }) => state === 'active')
  if (record === undefined) throw nothingStored(key)
  if (record.identity.validator.kind === 'none') throw nameless(key)
  const store =
    record.backend === 'idb' ? createIdbChunkStore(catalog) : createOpfsChunkStore(catalog)
  const runs = await readCoverage(catalog, record)
  if (runs.length === 0) throw nothingStored(key)
  const memory = createCoverageMemory(catalog, record.id)
  for (const run of runs) await memory.load(run)
  const { finished: bootProfile } = await createBootCatalog(catalog).find(key)
  const indices = runs.flatMap((run) => [...indicesOf(run)])
  const isZero = (index: number): boolean => memory.facts(index)?.zero === true
  const head = describe(record, joinRuns(indices.filter(isZero)))
  await add(archiveEntries.head, encode({ ...head, bootProfile }))
  const written = { chunks: 0, bytes: 0 }
  const withData = indices.filter((index) => !isZero(index))
  const tell = watchProgress(record, withData, onProgress)
  for (const index of withData) {
    const chunk = await readChunk({ record, store, memory }, index)
    if (chunk !== undefined) {
      await add(chunkEntryName({ index, sha256: chunk.sha256 }), chunk.bytes)
      written.chunks++
      written.bytes += chunk.bytes.byteLength
    }
    tell(index)
  }
  // Its chunks went one after the other: what is there looks like an archive of all that was stored, and is not.
  if (!(await generations.list(key)).some(({ id }) => id === record.id)) throw givenUp(key)
  await add(archiveEntries.end, encode(written satisfies ArchiveEnd))
}

function describe(record: GenerationRecord, zeroChunks: readonly ChunkRun[]): ArchiveHead {
  const {
    url,
    identity,
    chunkSize,
    acceptsRanges,
    headers,
    createdAt,
    receivedAt = createdAt,
  } = record
  return {
    schema: archiveSchema,
    url,
    identity,
    chunkSize,
    acceptsRanges,
    headers,
    receivedAt,
    zeroChunks,
  }
}

/** @returns what tells that a chunk is done with; each of `indices` once. */
function watchProgress(
  record: GenerationRecord,
  indices: readonly number[],
  onProgress: ExportWork['onProgress'],
): (index: number) => void {
  const { url } = record
  const bytesOf = (run: ChunkRun): number => byteLengthOf(runBytes(gridOf(record), run))
  const totalBytes = joinRuns(indices).reduce((sum, run) => sum + bytesOf(run), 0)
  const meter = createRateMeter()
  let checkedBytes = 0
  return (index) => {
    checkedBytes += bytesOf({ first: index, end: index + 1 })
    meter.record(checkedBytes, performance.now())
    onProgress?.({ url, totalBytes, checkedBytes, bytesPerSecond: meter.perSecond() })
  }
}

function gridOf({ identity: { sizeBytes }, chunkSize }: GenerationRecord): ChunkGrid {
  return { sizeBytes, chunkSize }
}

/** @returns `undefined` for what is not what was stored. */
async function readChunk(
  {
    record,
    store,
    memory,
  }: { record: GenerationRecord; store: ChunkStore; memory: CoverageMemory },
  index: number,
): Promise<{ sha256: string; bytes: Uint8Array } | undefined> {
  const facts = memory.facts(index)
  if (facts === undefined) return undefined
  const length = byteLengthOf(chunkBytes(gridOf(record), index))
  const data = await store.read(record.id, index, length)
  const bytes = await data?.blob.arrayBuffer().catch(() => undefined)
  if (bytes === undefined) return undefined
  const digest = await computeDigest(bytes)
  const isGood = checksumOfDigest(digest).every((byte, at) => byte === facts.checksum[at])
  return isGood ? { sha256: toHex(digest), bytes: new Uint8Array(bytes) } : undefined
}

async function addEntry(
  controller: ReturnType<typeof createTarPacker>['controller'],
  name: string,
  data: Uint8Array,
): Promise<void> {
  const writer = controller.add({ name, size: data.byteLength, type: 'file' }).getWriter()
  await writer.write(data)
  await writer.close()
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

function nameless(url: string): DiskCacheError {
  return new DiskCacheError(
    'unsupported',
    `${url} has neither ETag nor Last-Modified: nobody could tell of which version of it an archive is. Let its server send one of them.`,
    { details: { url } },
  )
}

function givenUp(url: string): DiskCacheError {
  return new DiskCacheError(
    'disk-changed',
    `This version of ${url} was given up while it was being exported. Export it again.`,
    { details: { url } },
  )
}

function nothingStored(url: string): DiskCacheError {
  return new DiskCacheError(
    'no-such-disk',
    `There is nothing to export: nothing is stored of ${url}. Read or prefetch it first.`,
    { details: { url } },
  )
}
