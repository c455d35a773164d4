import { maxProfileBytes } from '../core/boot-profile.ts'
import type { BootProfile } from '../core/boot-profile.ts'
import { toDiskCacheError } from '../core/errors.ts'
import { parseBootProfile } from '../core/parse-boot-profile.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import { bootFile, fetchBeside } from './fetch-beside.ts'
import type { OriginAccess } from './origin-access.ts'
import { missingOfBoot } from './missing-of-boot.ts'
import { startTimer } from './start-timer.ts'
import type { WorkerContext } from './worker-context.ts'

/** An event that is extended for too long ends the worker; the guest's next reads keep it alive. */
const maxKeepMs = 20_000

/** A disk that is not longer is there before its profile would be. */
const shortDiskBytes = 1024 * 1024

/** So long, the read that has woken the worker has storage for itself: to look what is missing reads all that is noted of the disk. */
const headStartMs = 50

/** Disks that are being fetched so. */
const running = new WeakSet<ChunkFetcher>()

/**
 * Fetches what boots of this disk read, in their order, ahead of a client that has just begun. Whoever waits for the origin goes
 * first. Returns at once.
 */
export function replayBoot(
  context: WorkerContext,
  fetcher: ChunkFetcher,
  access: OriginAccess,
): void {
  const { record } = fetcher.generation
  const mayAsk = access.use !== 'only-stored' && navigator.onLine !== false
  if (context.options.readahead === 'off' || record.state !== 'active' || !mayAsk) return
  if (running.has(fetcher)) return
  running.add(fetcher)
  const timer = startTimer(maxKeepMs)
  const done = fetchBoot(context, fetcher, { ...access, urgency: 'prefetch' })
    .catch(() => undefined)
    .finally(() => {
      running.delete(fetcher)
      timer.stop()
    })
  void access.lifetime.keep(Promise.race([done, timer.passed]))
}

async function fetchBoot(
  context: WorkerContext,
  fetcher: ChunkFetcher,
  access: OriginAccess,
): Promise<void> {
  const { generation } = fetcher
  const { grid, record } = generation
  await startTimer(headStartMs).passed
  if (await generation.isComplete()) return
  const profile = await findProfile(context, fetcher, access)
  if (profile === undefined) return
  const link = context.linkTo(record.url)
  let isBroken = false
  let portion: number[] = []
  let before: Promise<unknown> | undefined

  async function fetchPortion(): Promise<void> {
    await context.gate.whenQuiet()
    const missing = portion.filter((index) => !generation.isStored(index)).sort((a, b) => a - b)
    portion = []
    fetcher.fetch(missing, access)
    const flights = missing.flatMap((index) => fetcher.flightOf(index) ?? [])
    for (const { ended, lost } of flights) {
      void Promise.race([ended, lost]).then((problem) => (isBroken ||= !!problem))
    }
    // Two at a time, so that the link is never idle.
    await before
    before = Promise.all(flights.map(({ arrived }) => arrived))
  }

  let bytes = 0
  for await (const index of missingOfBoot(generation, profile)) {
    bytes += grid.chunkSize
    // A publisher may ask for anything.
    if (isBroken || !fetcher.isStoring || bytes > maxProfileBytes) return
    portion.push(index)
    if (portion.length * grid.chunkSize >= link.readaheadBytes()) await fetchPortion()
  }
  await fetchPortion()
}

/** What boots read, as far as they came to rest; else what lies beside the disk; else what there is. */
async function findProfile(
  { store, options, log }: WorkerContext,
  { generation: { record, grid } }: ChunkFetcher,
  { url }: OriginAccess,
): Promise<BootProfile | undefined> {
  const { finished, unfinished, beside } = await store.boots.find(record.url)
  if (finished !== undefined) return finished
  // It is looked for once in the life of a version.
  if (beside?.generation === record.id) return beside.profile ?? unfinished
  if (grid.sizeBytes <= shortDiskBytes) return unfinished
  let profile: BootProfile | undefined
  try {
    const text = await fetchBeside(url, bootFile, options.timeout)
    if (text !== undefined) profile = parseBootProfile(text, `${record.url}${bootFile.suffix}`)
  } catch (error) {
    const { code, message } = toDiskCacheError(error, 'origin-unreachable', 'No boot profile')
    if (code !== 'integrity-failed' && code !== 'origin-bad-response') return unfinished
    log.emit({ type: 'problem', code, message, url: record.url })
  }
  await store.boots.keepBeside(record.url, { generation: record.id, profile })
  return profile ?? unfinished
}
