import { selectRanges } from '../../src/demo/server/http-range.ts'
import type { SeenPart, SeenRead } from './browser/seen-read.ts'
import { digestOf, versionOfEtag } from './model-disk.ts'
import type { DiskVersion, ModelDisk } from './model-disk.ts'
import { isWrongTotal } from './spoil.ts'
import { Violation } from './violation.ts'

/** Parts that lie closer than this may be answered as one. */
const gapBytes = 80

/** What a right answer showed. */
export interface RightAnswer {
  readonly version: DiskVersion
  /** Equal for answers of the same version under the same name; `undefined` where the answer does not tell. */
  readonly identity: string | undefined
  /** Whether the origin calls it so, faults aside. */
  readonly isHonest: boolean
  /** Bytes of the disk that were compared. */
  readonly checkedBytes: number
}

/** The request that was answered. */
export interface Asked {
  readonly method: 'GET' | 'HEAD'
  readonly range: string | undefined
}

interface Bytes {
  readonly start: number
  readonly end: number
}

/**
 * Judges a 200, 206 or 416: it is of exactly one version that the disk has had, byte for byte, and every field says so.
 *
 * @throws {Violation} if not.
 */
export function judgeAnswer(seen: SeenRead, asked: Asked, disk: ModelDisk): RightAnswer {
  const { headers } = seen
  const toldBytes = findSize(seen)
  const version = findVersion(headers, toldBytes, disk)
  const sizeBytes = toldBytes ?? version.bytes.length
  expectSize(sizeBytes, version, disk)
  if (seen.status !== 416) {
    expectEqual(headers['last-modified'], version.lastModified.toUTCString(), 'Last-Modified')
    expectEqual(headers['accept-ranges'], 'bytes', 'Accept-Ranges')
  }
  const name = headers['etag'] ?? headers['last-modified']
  const isTold = name !== undefined && toldBytes !== undefined
  return {
    version,
    identity: isTold ? `${name} of ${sizeBytes} bytes` : undefined,
    isHonest: headers['etag'] === version.etag && sizeBytes === version.bytes.length,
    checkedBytes: judgeBody(seen, asked, { version, sizeBytes }),
  }
}

/** A version under a size that a fault may have changed. */
interface Shown {
  readonly version: DiskVersion
  readonly sizeBytes: number
}

function judgeBody(seen: SeenRead, { method, range }: Asked, shown: Shown): number {
  const { sizeBytes } = shown
  const selected = method === 'HEAD' ? 'whole' : selectRanges(range, sizeBytes)
  switch (seen.status) {
    case 416:
      if (selected !== 'unsatisfiable')
        throw new Violation(`416, but ${range} is in ${sizeBytes} bytes`)
      return 0
    case 200:
      if (selected !== 'whole') throw new Violation(`200, but ${range} was wanted`)
      expectEqual(seen.headers['content-length'], String(sizeBytes), 'Content-Length')
      if (method === 'HEAD') return 0
      return judgeBytes(seen, { start: 0, end: sizeBytes }, shown)
    default:
      if (typeof selected === 'string') throw new Violation(`206 to ${range}, which is ${selected}`)
      return judgePartial(seen, selected, shown)
  }
}

function judgePartial(seen: SeenRead, selected: readonly Bytes[], shown: Shown): number {
  const field = seen.headers['content-range']
  if (field === undefined) return judgeParts(seen, selected, shown)
  const range = parseContentRange(field, shown.sizeBytes)
  expectCovered([range], selected)
  expectEqual(seen.headers['content-length'], String(range.end - range.start), 'Content-Length')
  return judgeBytes(seen, range, shown)
}

function judgeParts(
  { parts, end, length, headers }: SeenRead,
  selected: readonly Bytes[],
  shown: Shown,
): number {
  if (parts === undefined) {
    if (end === 'whole') throw new Violation('206 with neither Content-Range nor parts')
    return 0
  }
  if (typeof parts === 'string') throw new Violation(`the multipart body is malformed: ${parts}`)
  expectEqual(headers['content-length'], String(length), 'Content-Length')
  const ranges = parts.map((part) => parseContentRange(part.contentRange, shown.sizeBytes))
  expectCovered(ranges, selected)
  let checkedBytes = 0
  for (const [at, part] of parts.entries()) {
    expectEqual(part.contentType, 'application/octet-stream', 'the Content-Type of a part')
    checkedBytes += judgeBytes({ ...part, end: 'whole' }, ranges[at] ?? { start: 0, end: 0 }, shown)
  }
  return checkedBytes
}

/** Of a body that was cut off, what came must be right. */
function judgeBytes(
  { length, digest, end }: Pick<SeenPart, 'length' | 'digest'> & Pick<SeenRead, 'end'>,
  range: Bytes,
  { version }: Shown,
): number {
  const wanted = range.end - range.start
  if (length > wanted || (length < wanted && end === 'whole'))
    throw new Violation(`${length} bytes of body, where ${wanted} were promised`)
  const last = range.start + length
  if (last > version.bytes.length)
    throw new Violation(`bytes beyond the end of version ${version.number}`)
  if (digest !== digestOf(version, range.start, last))
    throw new Violation(
      `bytes ${range.start}-${last - 1} are not those of version ${version.number}`,
    )
  return length
}

/** Every wanted byte is in some part, no byte is in two, and nothing is sent that is not near a wanted one. */
function expectCovered(parts: readonly Bytes[], wanted: readonly Bytes[]): void {
  const text = (ranges: readonly Bytes[]): string =>
    ranges.map(({ start, end }) => `${start}-${end - 1}`).join(', ')
  const fail = (why: string): never => {
    throw new Violation(`${why}: ${text(parts)} for ${text(wanted)}`)
  }
  for (const { start, end } of wanted) {
    if (!parts.some((part) => part.start <= start && end <= part.end)) fail('not all was sent')
  }
  for (const [at, part] of parts.entries()) {
    if (
      parts.some((other, place) => place > at && other.start < part.end && part.start < other.end)
    )
      fail('bytes were sent twice')
    const inside = wanted.filter(({ start, end }) => part.start <= start && end <= part.end)
    let reached = part.start
    for (const { start, end } of [...inside].sort((a, b) => a.start - b.start)) {
      if (start > reached + (inside.length > 1 ? gapBytes : 0)) fail('more was sent')
      reached = Math.max(reached, end)
    }
    if (reached !== part.end) fail('more was sent')
  }
}

function findVersion(
  { etag, 'last-modified': lastModified }: SeenRead['headers'],
  sizeBytes: number | undefined,
  { name, versions, faults }: ModelDisk,
): DiskVersion {
  const version = versions.find((known) => {
    if (etag !== undefined) return known.number === versionOfEtag(etag)
    if (lastModified !== undefined) return known.lastModified.toUTCString() === lastModified
    // A 416 need not have a date: then its size tells the version.
    const surplus = (sizeBytes ?? 0) - known.bytes.length
    return known.etag === undefined && isPossible(surplus, faults)
  })
  if (version !== undefined) return version
  throw new Violation(
    `no version of ${name} has ETag ${etag}, Last-Modified ${lastModified} and ${sizeBytes} bytes`,
  )
}

/** The size of the disk, if the answer tells it: one of several parts that was cut off does not. */
function findSize({ status, headers, parts }: SeenRead): number | undefined {
  const [part] = typeof parts === 'object' ? parts : []
  const field = headers['content-range'] ?? part?.contentRange ?? ''
  const text = status === 200 ? headers['content-length'] : /\/(\d+)$/.exec(field)?.[1]
  return text === undefined ? undefined : Number(text)
}

function expectSize(
  sizeBytes: number,
  { bytes, number }: DiskVersion,
  { faults }: ModelDisk,
): void {
  if (isPossible(sizeBytes - bytes.length, faults)) return
  throw new Violation(`version ${number} has ${bytes.length} bytes, not ${sizeBytes}`)
}

function isPossible(surplus: number, faults: ModelDisk['faults']): boolean {
  return surplus === 0 || (faults.has('wrong-total') && isWrongTotal(surplus))
}

function parseContentRange(field: string, sizeBytes: number): Bytes {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(field) ?? []
  if (Number(total) !== sizeBytes)
    throw new Violation(`Content-Range: ${field}, of ${sizeBytes} bytes`)
  return { start: Number(first), end: Number(last) + 1 }
}

function expectEqual(actual: string | undefined, expected: string, field: string): void {
  if (actual !== expected) throw new Violation(`${field} is ${actual}, and should be ${expected}`)
}
