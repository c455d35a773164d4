import { chunkBytes, countChunks, isChunkSize } from './chunk-grid.ts'
import { byteLengthOf } from './byte-range.ts'
import { DiskCacheError } from './errors.ts'

/** What a manifest promises of a disk's chunks. */
export interface ChunkManifest {
  /** As the manifest has it. Nothing but text. */
  readonly version: string
  readonly chunkSize: number
  /** {@link hashBytes} bytes for each chunk: its SHA-256, or zeroes where none is promised. */
  readonly hashes: Uint8Array<ArrayBuffer>
}

/** Bytes of a SHA-256. */
export const hashBytes = 32

const schema = 'aero.chunked-disk-image.v1'

/** More chunks than that are not believed. */
const maxChunks = 2 ** 20

/** Longer names are not believed. */
const maxTextLength = 1024

/** More digits of a chunk's file name than that are not believed. */
const maxIndexWidth = 32

/**
 * Reads a manifest of chunk hashes. Whoever wrote it is not trusted: every field is checked, and what is unknown is
 * ignored. That the hashes are right is not known before bytes are compared with them.
 *
 * @param text - the manifest, of bounded length.
 * @param sizeBytes - length of the generation that it is to describe.
 * @throws {DiskCacheError} `origin-bad-response` unless all of it fits that schema, and that length.
 */
export function parseManifest(text: string, sizeBytes: number): ChunkManifest {
  const manifest = parseObject(text)
  const { imageId, version, mimeType, totalSize, chunkSize, chunkCount, chunkIndexWidth, chunks } =
    manifest
  check(manifest['schema'] === schema, `"schema" is not "${schema}"`)
  check(isText(imageId), '"imageId" is no short text')
  check(isText(version), '"version" is no short text')
  check(isText(mimeType), '"mimeType" is no short text')
  check(totalSize === sizeBytes, `"totalSize" is not ${sizeBytes}, the length of the disk`)
  check(isInteger(chunkSize) && isChunkSize(chunkSize), '"chunkSize" cannot be a chunk size here')
  const grid = { sizeBytes, chunkSize }
  const count = countChunks(grid)
  check(count <= maxChunks, `it has more than ${maxChunks} chunks`)
  check(chunkCount === count, `"chunkCount" is not ${count}`)
  const minWidth = String(Math.max(0, count - 1)).length
  check(
    isInteger(chunkIndexWidth) && chunkIndexWidth >= minWidth && chunkIndexWidth <= maxIndexWidth,
    `"chunkIndexWidth" is not ${minWidth} to ${maxIndexWidth}`,
  )
  check(Array.isArray(chunks) && chunks.length === count, `"chunks" has not ${count} entries`)
  const hashes = new Uint8Array(count * hashBytes)
  for (const [index, chunk] of (chunks as unknown[]).entries()) {
    check(isObject(chunk), `chunk ${index} is no object`)
    const { size, sha256 } = chunk
    const length = byteLengthOf(chunkBytes(grid, index))
    check(size === undefined || size === length, `the size of chunk ${index} is not ${length}`)
    if (sha256 === undefined) continue
    check(typeof sha256 === 'string' && isHash(sha256), `the hash of chunk ${index} is no SHA-256`)
    hashes.set(readHash(sha256), index * hashBytes)
  }
  return { version, chunkSize, hashes }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  check(isObject(value), 'it is no JSON object')
  return value
}

function check(holds: boolean, problem: string): asserts holds {
  if (holds) return
  throw new DiskCacheError('origin-bad-response', `The manifest cannot be used: ${problem}.`)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxTextLength
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/i.test(text)
}

function readHash(hex: string): Uint8Array {
  return Uint8Array.from({ length: hashBytes }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  )
}
