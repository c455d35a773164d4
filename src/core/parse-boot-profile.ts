import { bootProfileSchema, maxProfileBytes, profileBlockBytes } from './boot-profile.ts'
import type { BootProfile, ProfileRead } from './boot-profile.ts'
import { DiskCacheError } from './errors.ts'

/** The longest text that is looked at, in characters: many times what a boot of 1 GiB takes. */
export const maxProfileText: number = 4 * 1024 * 1024

const maxReads = 65_536

/**
 * Reads a boot profile that came from elsewhere, such as `<disk>.boot.json`. It says what to fetch and in which order, so a
 * false one costs time, but never a wrong byte; it is checked all the same, before anybody works with it.
 *
 * @param source - names it in errors: a URL, or a file.
 * @throws {DiskCacheError} `integrity-failed`, with what is wrong.
 */
export function parseBootProfile(text: string, source: string): BootProfile {
  if (text.length > maxProfileText) throw noProfile(source, 'it is too long')
  const parsed = parseJson(text, source)
  if (!isRecord(parsed)) throw noProfile(source, 'it is no object')
  const { schema, sizeBytes, etag, boots, reads } = parsed
  if (schema !== bootProfileSchema) {
    throw noProfile(source, `its "schema" is ${JSON.stringify(schema)}, not "${bootProfileSchema}"`)
  }
  if (!isCount(sizeBytes)) throw noProfile(source, '"sizeBytes" is no number')
  if (etag !== undefined && typeof etag !== 'string') throw noProfile(source, '"etag" is no text')
  if (!isCount(boots) || boots === 0) throw noProfile(source, '"boots" is no number')
  if (!Array.isArray(reads) || reads.length > maxReads) {
    throw noProfile(source, '"reads" is no list, or too long')
  }
  return {
    schema: bootProfileSchema,
    sizeBytes,
    ...(etag !== undefined && { etag }),
    boots,
    reads: checkReads(reads, { sizeBytes, source }),
  }
}

function checkReads(
  reads: readonly unknown[],
  { sizeBytes, source }: { sizeBytes: number; source: string },
): ProfileRead[] {
  let beforeMs = 0
  let wanted = 0
  return reads.map((read, at) => {
    const fail = (why: string): DiskCacheError => noProfile(source, `read ${at} ${why}`)
    if (!isRead(read)) throw fail('is not [offset, length, afterMs]')
    const [offset, length, afterMs] = read
    if (offset % profileBlockBytes !== 0) {
      throw fail('begins at no multiple of 65536')
    }
    if (length === 0 || offset + length > sizeBytes) throw fail('is not within the disk')
    if (afterMs < beforeMs) throw fail('is earlier than the last')
    beforeMs = afterMs
    wanted += length
    // Each byte is there once.
    if (wanted > sizeBytes) throw fail('is there already')
    // As much as is ever recorded: who merges it goes from block to block.
    if (wanted > maxProfileBytes) throw fail('is of more than a boot reads, 1 GiB')
    return [offset, length, afterMs]
  })
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw noProfile(source, 'it is no JSON', cause)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isRead(value: unknown): value is ProfileRead {
  return Array.isArray(value) && value.length === 3 && value.every(isCount)
}

function noProfile(source: string, why: string, cause?: unknown): DiskCacheError {
  return new DiskCacheError('integrity-failed', `${source} is no boot profile: ${why}.`, {
    details: { source },
    ...(cause !== undefined && { cause }),
  })
}
