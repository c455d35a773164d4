import type { BootProfile } from './boot-profile.ts'
import { countChunks, isChunkSize } from './chunk-grid.ts'
import type { ChunkRun } from './chunk-grid.ts'
import { parseEntityTag } from './entity-tag.ts'
import { DiskCacheError } from './errors.ts'
import type { GenerationIdentity, Validator } from './generation-identity.ts'
import { parseHttpDate } from './http-date.ts'
import { keptFieldNames } from './kept-fields.ts'
import { parseBootProfile } from './parse-boot-profile.ts'

/** Names the format, and its version. See `docs/archive.md`. */
export const archiveSchema = 'sectorcache.archive.v1'

/** The first and the last entry of an archive. */
export const archiveEntries = { head: 'sectorcache.json', end: 'end.json' } as const

/** A longer first or last entry is not believed, in bytes. The first has half a million runs of zeroes before it is as long. */
export const maxArchiveTextBytes: number = 16 * 1024 * 1024

/** What the first entry of an archive tells: which version of which disk it has bytes of. */
export interface ArchiveHead {
  readonly schema: typeof archiveSchema
  /** Of the disk, as it is kept. */
  readonly url: string
  readonly identity: GenerationIdentity
  /** Bytes of a chunk; the last one may be shorter. */
  readonly chunkSize: number
  /** Whether the origin answered a range with a 206. */
  readonly acceptsRanges: boolean
  /** The origin's fields, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** When these came, in milliseconds since the epoch. */
  readonly receivedAt: number
  /** Chunks that are all zero, and have no entry; ascending. */
  readonly zeroChunks: readonly ChunkRun[]
  /** What boots read that came to rest, where it was made. */
  readonly bootProfile?: BootProfile
}

/** What the last entry tells: an archive without it was cut off. */
export interface ArchiveEnd {
  /** Entries of chunks. */
  readonly chunks: number
  /** Bytes of these. */
  readonly bytes: number
}

/** A chunk, as its entry is named. */
export interface ArchiveChunk {
  readonly index: number
  /** SHA-256, 64 lower-case hexadecimal digits. */
  readonly sha256: string
}

/** The name of a chunk's entry. */
export function chunkEntryName({ index, sha256 }: ArchiveChunk): string {
  return `chunks/${String(index).padStart(10, '0')}-${sha256}`
}

/** Reads the name of a chunk's entry; `undefined` if it is none. */
export function parseChunkEntryName(name: string): ArchiveChunk | undefined {
  const [, index, sha256] = /^chunks\/(\d{10})-([0-9a-f]{64})$/.exec(name) ?? []
  return index === undefined || sha256 === undefined ? undefined : { index: Number(index), sha256 }
}

/** Something is wrong with an archive; the message says what. */
export function badArchive(problem: string, details: Record<string, unknown> = {}): DiskCacheError {
  return new DiskCacheError('integrity-failed', `The archive cannot be used: ${problem}.`, {
    details,
  })
}

/**
 * Reads the first entry. Whoever wrote it is not trusted: every field is checked, and what is unknown is ignored.
 *
 * @throws {DiskCacheError} `integrity-failed` unless all of it can be right.
 */
export function parseArchiveHead(text: string): ArchiveHead {
  const head = parseObject(text, archiveEntries.head)
  const { url, identity, chunkSize, acceptsRanges, headers, receivedAt, zeroChunks } = head
  const profile = head['bootProfile']
  check(head['schema'] === archiveSchema, `"schema" is not "${archiveSchema}"`)
  check(isLine(url) && /^https?:/.test(url), '"url" is no URL')
  check(isObject(identity) && isSize(identity['sizeBytes']), '"identity" has no "sizeBytes"')
  const { sizeBytes } = identity
  check(isSize(chunkSize) && isChunkSize(chunkSize), '"chunkSize" cannot be a chunk size')
  check(isSize(receivedAt), '"receivedAt" is no time')
  return {
    schema: archiveSchema,
    url,
    identity: { sizeBytes, validator: readArchivedValidator(identity['validator']) },
    chunkSize,
    acceptsRanges: acceptsRanges === true,
    headers: readFields(headers),
    receivedAt,
    zeroChunks: readRuns(zeroChunks, countChunks({ sizeBytes, chunkSize })),
    ...(profile !== undefined && {
      bootProfile: parseBootProfile(JSON.stringify(profile), 'The "bootProfile" of the archive'),
    }),
  }
}

/** Reads the last entry. @throws {DiskCacheError} `integrity-failed` */
export function parseArchiveEnd(text: string): ArchiveEnd {
  const { chunks, bytes } = parseObject(text, archiveEntries.end)
  check(isSize(chunks) && isSize(bytes), `"${archiveEntries.end}" does not tell what there is`)
  return { chunks, bytes }
}

/** As strict as if an origin had sent it: a tag that is no tag is not called strong. */
function readArchivedValidator(value: unknown): Validator {
  check(isObject(value), '"identity" has no "validator"')
  const { kind, etag, lastModified } = value
  if (kind === 'date' && isLine(lastModified) && !Number.isNaN(parseHttpDate(lastModified))) {
    return { kind, lastModified }
  }
  const isTag = (kind === 'strong' || kind === 'weak') && isLine(etag) && etag.trim() !== ''
  check(isTag, 'it is of a disk without ETag or date, of which versions cannot be told apart')
  return { kind: parseEntityTag(etag)?.weak === false ? 'strong' : 'weak', etag }
}

function readFields(value: unknown): Readonly<Record<string, string>> {
  check(isObject(value), '"headers" is no object')
  const fields: Record<string, string> = {}
  for (const name of keptFieldNames) {
    const field = value[name]
    if (field === undefined) continue
    check(isLine(field), `the field "${name}" is no header field`)
    fields[name] = field
  }
  return fields
}

function readRuns(value: unknown, count: number): ChunkRun[] {
  check(Array.isArray(value), '"zeroChunks" is no list')
  let last = 0
  return (value as unknown[]).map((run) => {
    check(isObject(run), '"zeroChunks" has something that is no run')
    const { first, end } = run
    check(
      isSize(first) && isSize(end) && first >= last && first < end && end <= count,
      '"zeroChunks" has runs that are not in order, or not on the disk',
    )
    last = end
    return { first, end }
  })
}

function parseObject(text: string, name: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  check(isObject(value), `"${name}" is no JSON object`)
  return value
}

function check(holds: boolean, problem: string): asserts holds {
  if (!holds) throw badArchive(problem)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

/** What can stand in a header field (RFC 9110 section 5.5), and is not too long to be believed. */
function isLine(value: unknown): value is string {
  return typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]{0,8192}$/.test(value)
}
