import { createBootRecorder } from '../core/boot-profile.ts'
import type { BootProfile } from '../core/boot-profile.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { createCatalogConnection } from '../storage/catalog-connection.ts'
import { replaceBoots } from '../storage/replace-boots.ts'
import type { BootApi } from './find-profile.ts'

/** A read that somebody heard of. */
export interface HeardRead extends ByteRange {
  /** The key of the disk. */
  readonly url: string
  /** Of any clock, always the same one. */
  readonly atMs: number
}

/**
 * Makes a profile of what was heard of one disk, and keeps it in place of what was recorded before.
 *
 * @throws {DiskCacheError} `no-such-disk`, `storage-failed`.
 */
export async function keepRecording(
  api: Pick<BootApi, 'status' | 'noteReads'>,
  url: string,
  heard: readonly HeardRead[],
): Promise<BootProfile> {
  // What is written now is replaced; what would be written later is not known to be over.
  await api.noteReads(url, [])
  const { url: key, size = 0, etag } = await api.status(url)
  const recorder = createBootRecorder()
  // A device's reads are known by the URL with which it was opened.
  for (const read of heard) if (read.url === key || read.url === url) recorder.note(read, read.atMs)
  const profile = recorder.profile({ sizeBytes: size, ...(etag !== undefined && { etag }) })
  if (profile.reads.length === 0) return profile
  const catalog = createCatalogConnection()
  try {
    await replaceBoots(catalog, key, profile)
  } finally {
    catalog.close()
  }
  return profile
}
