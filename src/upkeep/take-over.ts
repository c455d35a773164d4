import { byteLengthOf } from '../core/byte-range.ts'
import { chunkBytes, countChunks } from '../core/chunk-grid.ts'
import { DiskCacheError, isDiskCacheError } from '../core/errors.ts'
import { parseManifest } from '../core/parse-manifest.ts'
import { adoptManifest, noteNoManifest, readHashes } from '../storage/adopt-manifest.ts'
import type { CatalogConnection } from '../storage/catalog-connection.ts'
import { checksumBytes, chunksPerPage } from '../storage/catalog-schema.ts'
import type { GenerationRecord, StoredBackend } from '../storage/catalog-schema.ts'
import type { ChunkFacts, ChunkStore } from '../storage/chunk-store.ts'
import { computeDigest } from '../storage/checksum.ts'
import { promisedHash } from '../storage/promised-hashes.ts'
import { shareChunks } from '../storage/share-chunks.ts'
import { openGeneration } from '../storage/stored-generation.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'
import { openDonor } from './chunk-donors.ts'
import type { ChunkDonor } from './chunk-donors.ts'
import { openStoredChunks } from '../device/stored-chunks.ts'

/** What a take-over works with. */
export interface TakeOverPorts {
  readonly catalog: CatalogConnection
  readonly stores: Readonly<Record<StoredBackend, ChunkStore>>
  /** The manifest beside the disk; `undefined` if there is none. Asked for only if it can be of use. */
  fetchManifest(): Promise<string | undefined>
  /** Whether the origin still has the version that is being updated to. */
  isCurrent(): Promise<boolean>
  /** Bytes that may be copied: what is shared takes no room. */
  roomBytes(): Promise<number>
}

/** Chunks that are taken over in one transaction. */
const batchSize = 64

/**
 * Gives a generation what it has in common with others of the same disk, by the hashes of its manifest. May be broken
 * off at any moment: what was taken over stays, and the next one goes on.
 *
 * @param others - of the same disk.
 * @returns the generation, which may have got another id by its manifest, and the bytes that were taken over.
 * @throws {DiskCacheError} `disk-changed` when the origin has got another version meanwhile; `origin-bad-response` or
 * `integrity-failed` for a manifest that cannot be of this version, or
 * whatever keeps it from being fetched.
 */
export async function takeOver(
  found: GenerationRecord,
  others: readonly GenerationRecord[],
  ports: TakeOverPorts,
): Promise<{ record: GenerationRecord; bytes: number }> {
  const { catalog, stores } = ports
  const record = await withManifest(found, ports)
  if (record?.manifest !== 'kept') return { record: record ?? found, bytes: 0 }
  const generation = openGeneration(record, { catalog, store: stores[record.backend] })
  const wanted = await wantedChunks(generation, catalog)
  let bytes = 0
  let donors: Promise<ChunkDonor[]> | undefined
  let room: number | undefined
  for (let at = 0; at < wanted.length; at += batchSize) {
    const batch = wanted.slice(at, at + batchSize)
    const shared = new Set(await shareChunks(catalog, record.id, batch.filter(mayShare)))
    bytes += sizeOf(generation, [...shared])
    donors ??= Promise.all(others.map(openOther))
    room ??= await ports.roomBytes()
    for (const chunk of batch) {
      const range = chunkBytes(generation.grid, chunk.index)
      if (shared.has(chunk.index) || byteLengthOf(range) > room) continue
      const copy = await findCopy(await donors, { range, digest: new Uint8Array(chunk.digest) })
      if (copy === undefined) continue
      try {
        if (!(await generation.commit([{ index: chunk.index, bytes: copy }]))) break
      } catch (error) {
        if (!isDiskCacheError(error) || error.code !== 'quota-exceeded') throw error
        room = 0
        continue
      }
      room -= copy.byteLength
      bytes += copy.byteLength
    }
  }
  return { record, bytes }

  /** Files are not shared: a flag is. */
  function mayShare({ zero }: ChunkFacts): boolean {
    return zero || record?.backend === 'idb'
  }

  function openOther(other: GenerationRecord): Promise<ChunkDonor> {
    const stored = openStoredChunks(other, { catalog, store: stores[other.backend] })
    return openDonor(stored, { catalog, chunkSize: generation.grid.chunkSize })
  }
}

/** The generation with a manifest, if it has one. */
async function withManifest(
  record: GenerationRecord,
  { catalog, fetchManifest, isCurrent }: TakeOverPorts,
): Promise<GenerationRecord | undefined> {
  if (record.manifest !== undefined) return record
  const text = await fetchManifest()
  // Of whatever version the disk was when the manifest was read: hashes of another one would bring wrong bytes.
  if (!(await isCurrent())) throw changedMeanwhile(record.url)
  if (text === undefined) {
    await noteNoManifest(catalog, record.id)
    return undefined
  }
  const manifest = parseManifest(text, record.identity.sizeBytes)
  const adoption = await adoptManifest(catalog, record.id, manifest)
  if (adoption.kind === 'kept') return adoption.record
  if (adoption.kind !== 'contradicted') return undefined
  throw new DiskCacheError(
    'integrity-failed',
    `The manifest of ${record.url} is of another version: chunk ${adoption.chunk}, which is stored, is not what it ` +
      'promises. Publish disk and manifest together.',
    { details: { url: record.url, chunks: [adoption.chunk] } },
  )
}

function changedMeanwhile(url: string): DiskCacheError {
  return new DiskCacheError(
    'disk-changed',
    `${url} changed again while its manifest was being fetched. Call update() again.`,
    { details: { url } },
  )
}

/** What a generation lacks, of which the hash is known. */
async function wantedChunks(
  { record, grid, coverage }: StoredGeneration,
  catalog: CatalogConnection,
): Promise<ChunkFacts[]> {
  const hashes = await readHashes(catalog, record.id)
  const stored = await coverage()
  const zeroHashes = new Map<number, string>()
  const wanted: ChunkFacts[] = []
  let run = 0
  for (let index = 0; index < countChunks(grid); index++) {
    while (index >= (stored[run]?.end ?? Infinity)) run++
    if (index >= (stored[run]?.first ?? Infinity)) continue
    const page = hashes.get(Math.floor(index / chunksPerPage))
    const hash = page && promisedHash(page, index)?.slice()
    if (hash === undefined) continue
    const length = byteLengthOf(chunkBytes(grid, index))
    const zeroHash = zeroHashes.get(length) ?? (await hashOfZeroes(length))
    zeroHashes.set(length, zeroHash)
    const checksum = hash.subarray(0, checksumBytes)
    const digest = hash.buffer as ArrayBuffer
    wanted.push({ index, digest, checksum, zero: hash.join() === zeroHash })
  }
  return wanted
}

async function hashOfZeroes(length: number): Promise<string> {
  return new Uint8Array(await computeDigest(new Uint8Array(length))).join()
}

async function findCopy(
  donors: readonly ChunkDonor[],
  wanted: Parameters<ChunkDonor['find']>[0],
): ReturnType<ChunkDonor['find']> {
  for (const donor of donors) {
    const bytes = await donor.find(wanted)
    if (bytes !== undefined) return bytes
  }
  return undefined
}

function sizeOf({ grid }: StoredGeneration, indices: readonly number[]): number {
  return indices.reduce((sum, index) => sum + byteLengthOf(chunkBytes(grid, index)), 0)
}
