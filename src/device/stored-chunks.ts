import { byteLengthOf } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { chunkBytes, chunksTouching, indicesOf } from '../core/chunk-grid.ts'
import type { ChunkGrid, ChunkRun } from '../core/chunk-grid.ts'
import type { CatalogConnection } from '../storage/catalog-connection.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import { computeChecksum } from '../storage/checksum.ts'
import type { ChunkStore } from '../storage/chunk-store.ts'
import { createCoverageMemory } from '../storage/coverage-memory.ts'
import { createRecentMap } from '../storage/recent-map.ts'

/** Opened Blobs that are remembered: a handle each. */
const rememberedBlobs = 1024

/** The stored chunks of one generation, to be read and nothing else. */
export interface StoredChunks {
  readonly record: GenerationRecord
  readonly grid: ChunkGrid
  /**
   * Learns which chunks of `run` are stored, as far as that has not been done; `undefined`, and no promise, when
   * nothing has to be read. Never rejects: what is not known counts as missing.
   */
  load(run: ChunkRun): Promise<void> | undefined
  /** Learns it anew: the worker may have stored them meanwhile. Never rejects. */
  recheck(run: ChunkRun): Promise<void>
  isStored(index: number): boolean
  /** Whether the next read of a stored chunk reads all of it, to compare its checksum. */
  readsWhole(index: number): boolean
  /** Bytes of the disk; `undefined` unless all of them are stored, and can be read. */
  read(range: ByteRange): Promise<Uint8Array<ArrayBuffer> | undefined>
}

/** A chunk's data, and its bytes where they had to be read. */
interface OpenedChunk {
  readonly blob: Blob
  readonly bytes?: Uint8Array<ArrayBuffer>
}

/** Opens the chunks of a generation; nothing is read yet. */
export function openStoredChunks(
  record: GenerationRecord,
  { catalog, store }: { catalog: CatalogConnection; store: ChunkStore },
): StoredChunks {
  const grid = { sizeBytes: record.identity.sizeBytes, chunkSize: record.chunkSize }
  const coverage = createCoverageMemory(catalog, record.id)
  const blobs = createRecentMap<number, Blob>(rememberedBlobs)
  const opening = new Map<number, Promise<OpenedChunk | undefined>>()
  /** Chunks whose checksum was compared. */
  const checked = new Set<number>()

  /** After a power loss there may be a file with other bytes: once in a device's life that is found out. */
  const isUnchecked = (index: number): boolean => !store.isDurable && !checked.has(index)

  function open(index: number, checksum: Uint8Array): Promise<OpenedChunk | undefined> {
    const started = opening.get(index) ?? openAnew(index, checksum)
    opening.set(index, started)
    const end = (): void => void opening.delete(index)
    started.then(end, end)
    return started
  }

  async function openAnew(index: number, checksum: Uint8Array): Promise<OpenedChunk | undefined> {
    const length = byteLengthOf(chunkBytes(grid, index))
    const data = await store.read(record.id, index, length).catch(() => undefined)
    if (data === undefined) return undefined
    const { blob, isInMemory } = data
    if (!isInMemory) blobs.set(index, blob)
    if (!isUnchecked(index)) return { blob }
    const bytes = await readBlob(blob, { start: 0, end: length })
    if (bytes === undefined) return undefined
    const actual = await computeChecksum(bytes)
    if (actual.some((byte, at) => byte !== checksum[at])) return undefined
    checked.add(index)
    return { blob, bytes }
  }

  /** @param part - within the chunk. */
  async function readPart(
    index: number,
    part: ByteRange,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const facts = coverage.facts(index)
    if (facts === undefined) return undefined
    if (facts.zero) return new Uint8Array(byteLengthOf(part))
    const known = isUnchecked(index) ? undefined : blobs.get(index)
    const bytes = known && (await readBlob(known, part))
    return bytes ?? openAndRead(index, part, facts.checksum)
  }

  async function openAndRead(
    index: number,
    part: ByteRange,
    checksum: Uint8Array,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const opened = await open(index, checksum)
    const bytes = opened && (await readOpened(opened, part))
    if (bytes === undefined) {
      blobs.delete(index)
      coverage.markMissing(index)
    }
    return bytes
  }

  return {
    record,
    grid,
    load: (run) => coverage.load(run)?.catch(() => undefined),
    recheck: (run) => coverage.reload(run).catch(() => undefined),
    isStored: coverage.has,
    readsWhole: (index) => coverage.facts(index)?.zero === false && isUnchecked(index),
    async read(range) {
      const parts = [...indicesOf(chunksTouching(grid, range))].map((index) => {
        const chunk = chunkBytes(grid, index)
        const start = Math.max(range.start, chunk.start) - chunk.start
        return { index, start, end: Math.min(range.end, chunk.end) - chunk.start }
      })
      if (!parts.every(({ index }) => coverage.has(index))) return undefined
      const [only, ...others] = parts
      if (only !== undefined && others.length === 0) return readPart(only.index, only)
      return join(await Promise.all(parts.map((part) => readPart(part.index, part))))
    },
  }
}

function readOpened(
  { blob, bytes }: OpenedChunk,
  part: ByteRange,
): Promise<Uint8Array<ArrayBuffer> | undefined> | Uint8Array<ArrayBuffer> {
  return bytes?.slice(part.start, part.end) ?? readBlob(blob, part)
}

async function readBlob(
  blob: Blob,
  { start, end }: ByteRange,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    // No slice where none is needed: see docs/decisions/0007.
    const part = start === 0 && end === blob.size ? blob : blob.slice(start, end)
    const bytes = new Uint8Array(await part.arrayBuffer())
    return bytes.byteLength === end - start ? bytes : undefined
  } catch {
    return undefined
  }
}

function join(
  parts: readonly (Uint8Array<ArrayBuffer> | undefined)[],
): Uint8Array<ArrayBuffer> | undefined {
  const total = parts.reduce((sum, part) => sum + (part?.byteLength ?? 0), 0)
  const joined = new Uint8Array(total)
  let at = 0
  for (const part of parts) {
    if (part === undefined) return undefined
    joined.set(part, at)
    at += part.byteLength
  }
  return joined
}
