import { profileBlockBytes } from '../core/boot-profile.ts'
import { totalBytesOf } from '../core/byte-range.ts'
import { etagOf } from '../core/generation-identity.ts'
import type { ProfileChoice } from '../protocol/boot.ts'
import type { OfflineReport } from '../protocol/offline-report.ts'
import { bootsOf, createBootCatalog, isGlance, isRecorded } from '../storage/boot-catalog.ts'
import { fromArchive } from '../storage/boot-record.ts'
import { createCatalogConnection } from '../storage/catalog-connection.ts'
import type { CatalogConnection } from '../storage/catalog-connection.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import { createGenerationCatalog } from '../storage/generation-catalog.ts'
import { checkShell } from './check-shell.ts'
import type { ShellApi } from './check-shell.ts'
import { checkStored } from './check-stored.ts'
import type { StoredFinding } from './check-stored.ts'
import { describeProblems } from './describe-problems.ts'
import { chooseProfile } from './find-profile.ts'
import type { BootApi, FoundProfile } from './find-profile.ts'
import { findOfflineGeneration } from './find-offline-generation.ts'
import { neededRuns } from './needed-runs.ts'

/** The calls of the worker that the check needs. */
export interface ReadyApi extends BootApi, ShellApi {
  refresh(url: string): Promise<void>
}

const nothingKnown: StoredFinding = { totalBytes: 0, missing: [], damagedBytes: 0 }

/**
 * Whether this page and this disk would boot without a network: see `Disk.ready`.
 *
 * @throws {DiskCacheError} see there.
 */
export async function checkReady(
  api: ReadyApi,
  url: string,
  choice: ProfileChoice = 'recorded',
): Promise<OfflineReport> {
  const [{ url: key }, found, shell, persisted] = await Promise.all([
    api.status(url),
    chooseProfile(api, url, choice),
    checkShell(api),
    navigator.storage.persisted(),
    // What was read just now counts too.
    api.noteReads(url, []),
  ])
  const catalog = createCatalogConnection()
  try {
    const { finished } = await createBootCatalog(catalog).find(key)
    const records = await createGenerationCatalog(catalog).list(key)
    const record = await findOfflineGeneration(catalog, records, finished)
    const stored = record ? await checkRecord(record, { api, catalog, found }) : nothingKnown
    const source: OfflineReport['profile']['source'] = found?.source ?? 'none'
    const hasBooted = hasRead(key) || (await hasBootedHere(catalog, key))
    const facts = { url: key, shell, source, record, stored, persisted, hasBooted }
    const problems = describeProblems(facts)
    const etag = record && etagOf(record.identity.validator)
    return {
      url: key,
      ready: !problems.some(({ isBlocking }) => isBlocking),
      shell,
      profile: { source, boots: found?.profile.boots ?? 0 },
      ...(record && {
        generation: { id: record.id, state: record.state, ...(etag !== undefined && { etag }) },
      }),
      totalBytes: stored.totalBytes,
      missingBytes: totalBytesOf(stored.missing),
      missing: stored.missing,
      damagedBytes: stored.damagedBytes,
      persisted,
      problems,
    }
  } finally {
    catalog.close()
  }
}

/**
 * Whether this page has: that is not recorded as a boot when all was cleared meanwhile. Who has but looked how long the disk is, by a
 * HEAD or a short read, has not. Of other origins, the browser may not tell how much was read: then it is taken for nothing.
 */
function hasRead(key: string): boolean {
  const requests = performance.getEntriesByType('resource')
  const bytes = requests.map((entry) =>
    entry instanceof PerformanceResourceTiming && withoutQuery(entry.name) === withoutQuery(key)
      ? entry.decodedBodySize
      : 0,
  )
  return bytes.reduce((sum, size) => sum + size, 0) > profileBlockBytes
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '')
}

/** Whether somebody has read the disk in this browser. */
async function hasBootedHere(catalog: CatalogConnection, key: string): Promise<boolean> {
  const boots = await catalog.use('Reading boots', (db) => db.getAll('boots', bootsOf(key)))
  return boots.some((boot) => isRecorded(boot) && !isGlance(boot) && boot.clientId !== fromArchive)
}

function checkRecord(
  record: GenerationRecord,
  {
    api,
    catalog,
    found,
  }: { api: ReadyApi; catalog: CatalogConnection; found: FoundProfile | undefined },
): Promise<StoredFinding> {
  // One that was cut short does not tell what a boot needs.
  const profile = found?.source === 'unfinished' ? undefined : found?.profile
  const grid = { sizeBytes: record.identity.sizeBytes, chunkSize: record.chunkSize }
  const runs = neededRuns(grid, profile)
  const refresh = (): Promise<void> => api.refresh(record.url)
  return checkStored(record, { catalog, runs, refresh })
}
