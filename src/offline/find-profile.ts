import { profileRanges } from '../core/boot-profile.ts'
import type { BootProfile } from '../core/boot-profile.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { DiskCacheError, isDiskCacheError } from '../core/errors.ts'
import { parseBootProfile } from '../core/parse-boot-profile.ts'
import type { ProfileChoice } from '../protocol/boot.ts'
import type { DiskStatus } from '../protocol/reports.ts'
import { createBootCatalog } from '../storage/boot-catalog.ts'
import { createCatalogConnection } from '../storage/catalog-connection.ts'

/** The calls of the worker that tell of a disk's boots. */
export interface BootApi {
  status(url: string): Promise<DiskStatus>
  bootFile(url: string): Promise<string | undefined>
  noteReads(url: string, reads: readonly ByteRange[]): Promise<void>
}

/** A profile, and where it is from. */
export interface FoundProfile {
  readonly profile: BootProfile
  /** `unfinished`: recorded of boots that did not come to rest. */
  readonly source: 'given' | 'recorded' | 'unfinished' | 'beside'
}

/**
 * Finds the profile of a disk: see `Disk.bootProfile`.
 *
 * @throws {DiskCacheError} see there.
 */
export async function findProfile(api: BootApi, url: string): Promise<FoundProfile | undefined> {
  const [{ url: key }] = await Promise.all([api.status(url), api.noteReads(url, [])])
  const catalog = createCatalogConnection()
  try {
    const { finished, unfinished, beside } = await createBootCatalog(catalog).find(key)
    if (finished !== undefined) return { profile: finished, source: 'recorded' }
    const published = beside?.profile ?? (await fetchProfile(api, url))
    if (published !== undefined) return { profile: published, source: 'beside' }
    return unfinished && { profile: unfinished, source: 'unfinished' }
  } finally {
    catalog.close()
  }
}

/**
 * The profile that a caller means.
 *
 * @returns `undefined` if that is what is recorded, and nothing is.
 * @throws {DiskCacheError} `integrity-failed` for an object that is none; and see {@link findProfile}.
 */
export async function chooseProfile(
  api: BootApi,
  url: string,
  choice: ProfileChoice,
): Promise<FoundProfile | undefined> {
  if (choice === 'recorded') return findProfile(api, url)
  const profile = parseBootProfile(JSON.stringify(choice), 'The option "profile"')
  return { profile, source: 'given' }
}

/**
 * The bytes that a profile wants, in order.
 *
 * @throws {DiskCacheError} `invalid-option` if nothing is recorded; and see {@link chooseProfile}.
 */
export async function rangesOfProfile(
  api: BootApi,
  url: string,
  choice: ProfileChoice,
): Promise<ByteRange[]> {
  const found = await chooseProfile(api, url, choice)
  if (found !== undefined) return profileRanges(found.profile, found.profile.sizeBytes)
  throw new DiskCacheError(
    'invalid-option',
    `"profile" is "recorded", but no boot of ${url} was recorded, and none lies beside it. Boot it once, or pass a profile.`,
    { details: { option: 'profile', url } },
  )
}

/** What lies beside a disk. Without an origin, that is nothing. */
async function fetchProfile(api: BootApi, url: string): Promise<BootProfile | undefined> {
  try {
    const text = await api.bootFile(url)
    return text === undefined ? undefined : parseBootProfile(text, `${url}.boot.json`)
  } catch (error) {
    const isAway =
      isDiskCacheError(error) && ['origin-unreachable', 'origin-status'].includes(error.code)
    if (isAway) return undefined
    throw error
  }
}
