import {
  archiveEntries,
  badArchive,
  maxArchiveTextBytes,
  parseArchiveEnd,
  parseArchiveHead,
  parseChunkEntryName,
} from '../core/archive-format.ts'
import type { ArchiveHead } from '../core/archive-format.ts'
import { byteLengthOf } from '../core/byte-range.ts'
import { chunkBytes, countChunks, indicesOf } from '../core/chunk-grid.ts'
import { DiskCacheError, isDiskCacheError } from '../core/errors.ts'
import type { ImportProgress, ImportReport } from '../core/import-report.ts'
import { createRateMeter } from '../core/rate-meter.ts'
import { computeDigest } from '../storage/checksum.ts'
import { toHex } from './hex.ts'
import { openTarget } from './import-target.ts'
import type { ArchiveApi, ImportTarget } from './import-target.ts'
import { readEntries } from './read-entries.ts'
import type { ArchiveEntry } from './read-entries.ts'

/** What {@link importDisk} takes. */
export interface ImportWork {
  readonly archive: ReadableStream<Uint8Array>
  /** Whether it may be of a disk at another URL. */
  readonly fromAnyUrl?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined
}

/**
 * Stores the chunks of an archive that `exportDisk()` has written, see `docs/archive.md`. Each is compared with its SHA-256, and with
 * what the disk's manifest promises, if there is one. What was good before the first error stays stored.
 *
 * @internal what `Disk.import()` and `DiskCache.import()` do
 * @param diskUrl - absent: the disk that the archive is of.
 * @throws {DiskCacheError} see `Disk.import()`.
 */
export async function importDisk(
  api: ArchiveApi,
  diskUrl: string | undefined,
  { archive, fromAnyUrl = false, signal, onProgress }: ImportWork,
): Promise<ImportReport> {
  let url = diskUrl && (await api.status(diskUrl)).url
  const meter = createRateMeter()
  let archiveBytes = 0
  const entries = readEntries(archive, {
    signal,
    onRead(bytes) {
      archiveBytes += bytes
      meter.record(archiveBytes, performance.now())
    },
  })
  let target: ImportTarget | undefined
  try {
    const head = await readHead(entries, fromAnyUrl ? undefined : url)
    url ??= (await api.status(head.url)).url
    target = await openTarget(head, {
      api,
      url,
      onProgress: (progress) =>
        onProgress?.({ ...progress, archiveBytes, bytesPerSecond: meter.perSecond() }),
    })
    await readChunks(entries, { head, target, signal })
    await target.finish(head.bootProfile)
    return await target.report()
  } catch (error) {
    throw explain(error, { url, importedBytes: target?.importedBytes ?? 0, signal })
  } finally {
    await entries.return(undefined)
    await target?.close()
  }
}

/** @param url - of the disk that it must be of; absent: any. */
async function readHead(
  entries: AsyncGenerator<ArchiveEntry>,
  url: string | undefined,
): Promise<ArchiveHead> {
  const first = await entries.next()
  if (first.done === true || first.value.name !== archiveEntries.head) {
    throw badArchive(`it does not begin with "${archiveEntries.head}"`)
  }
  const head = parseArchiveHead(
    new TextDecoder().decode(await first.value.read(maxArchiveTextBytes)),
  )
  if (url !== undefined && head.url !== url) {
    throw badArchive(
      `it is of ${head.url}. If that is the same disk, import it with { fromAnyUrl: true }`,
      { archived: head.url },
    )
  }
  return head
}

interface ChunkWork {
  readonly head: ArchiveHead
  readonly target: ImportTarget
  readonly signal: AbortSignal | undefined
}

/** Chunks with data come as entries, those without as runs of the head; both in order. */
async function readChunks(
  entries: AsyncGenerator<ArchiveEntry>,
  { head, target, signal }: ChunkWork,
): Promise<void> {
  const grid = { sizeBytes: head.identity.sizeBytes, chunkSize: head.chunkSize }
  const count = countChunks(grid)
  const seen = { chunks: 0, bytes: 0 }
  const zeroes = zeroIndices(head)
  let zero = zeroes.next()
  const addZeroesBefore = async (index: number): Promise<void> => {
    for (; zero.done !== true && zero.value < index; zero = zeroes.next()) {
      // Nothing is read for these, and there may be very many.
      signal?.throwIfAborted()
      const { start, end } = chunkBytes(grid, zero.value)
      await target.add(start, new Uint8Array(end - start))
    }
  }
  let next = 0
  for await (const entry of entries) {
    if (entry.name === archiveEntries.end) {
      const end = parseArchiveEnd(new TextDecoder().decode(await entry.read(maxArchiveTextBytes)))
      if (end.chunks !== seen.chunks || end.bytes !== seen.bytes) {
        throw badArchive(`it has ${seen.chunks} chunks, and should have ${end.chunks}`)
      }
      await addZeroesBefore(count)
      return
    }
    const { index, sha256 } = assertInOrder(entry, { next, count })
    next = index + 1
    const range = chunkBytes(grid, index)
    const bytes = await entry.read(byteLengthOf(range))
    if (bytes.byteLength !== byteLengthOf(range)) throw damaged(index, 'has another length')
    if (toHex(await computeDigest(bytes)) !== sha256) throw damaged(index, 'has another SHA-256')
    await addZeroesBefore(index)
    await target.add(range.start, bytes)
    seen.chunks++
    seen.bytes += bytes.byteLength
  }
  throw badArchive(`it has no "${archiveEntries.end}": it is cut short`)
}

function assertInOrder(
  { name }: ArchiveEntry,
  { next, count }: { next: number; count: number },
): { index: number; sha256: string } {
  const chunk = parseChunkEntryName(name)
  if (chunk === undefined) throw badArchive(`its entry "${name}" is no chunk`)
  if (chunk.index >= next && chunk.index < count) return chunk
  throw badArchive(`chunk ${chunk.index} is not in order, or not on the disk`)
}

function damaged(index: number, how: string): DiskCacheError {
  return badArchive(`chunk ${index} ${how} than it says`, { chunks: [index] })
}

function* zeroIndices({ zeroChunks }: ArchiveHead): Generator<number> {
  for (const run of zeroChunks) yield* indicesOf(run)
}

/** Tells what is kept. */
function explain(
  error: unknown,
  {
    url,
    importedBytes,
    signal,
  }: { url: string | undefined; importedBytes: number; signal: AbortSignal | undefined },
): unknown {
  if (signal?.aborted === true) {
    const message = `The import${url === undefined ? '' : ` into ${url}`} was stopped; ${importedBytes} bytes of it are stored.`
    return new DiskCacheError('aborted', message, {
      details: { ...(url && { url }), importedBytes },
      cause: signal.reason,
    })
  }
  if (!isDiskCacheError(error)) return error
  return new DiskCacheError(
    error.code,
    `${error.message} ${importedBytes} bytes of it are stored.`,
    {
      details: { ...error.details, ...(url && { url }), importedBytes },
      cause: error,
    },
  )
}
