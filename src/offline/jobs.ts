import { assertConcurrency } from '../core/assert-concurrency.ts'
import type { PrefetchJob, PrefetchJobOptions, PrefetchJobs } from '../protocol/prefetch-jobs.ts'
import { createCatalogConnection } from '../storage/catalog-connection.ts'
import { createJobCatalog } from '../storage/job-catalog.ts'
import type { JobRecord } from '../storage/job-record.ts'
import { rangesOfProfile } from './find-profile.ts'
import type { BootApi } from './find-profile.ts'
import { driveJobs } from './drive-jobs.ts'
import type { StepApi } from './run-job-step.ts'

/** The calls of the worker that jobs need. */
export type JobApi = BootApi & StepApi

/** The jobs of a worker's scope, as one page has them open. */
export interface OpenedJobs extends PrefetchJobs {
  close(): void
}

/** Ended jobs are listed for so long. */
const listedMs = 86_400_000

/**
 * Opens the jobs of a scope, and works them off while this page is open and no other does.
 *
 * @param resolve - makes URLs absolute.
 */
export function openJobs({
  api,
  scope,
  resolve,
}: {
  api: JobApi
  scope: string
  resolve: (url: string | URL) => string
}): OpenedJobs {
  const catalog = createCatalogConnection()
  const jobs = createJobCatalog(catalog)
  const channel = new BroadcastChannel(`sectorcache-jobs ${scope}`)
  const listeners = new Set<(jobs: readonly PrefetchJob[]) => void>()
  const driver = driveJobs({ api, scope, jobs, changed })

  async function list(): Promise<PrefetchJob[]> {
    return (await jobs.list()).map(describeJob)
  }

  function tell(): void {
    if (listeners.size === 0) return
    void list().then((current) => {
      for (const listener of listeners) hear(listener, current)
    }, reportError)
  }

  /** Tells all pages, this one included. */
  function changed(): void {
    channel.postMessage('changed')
    tell()
  }

  function poke(): void {
    driver.look()
    changed()
  }

  channel.addEventListener('message', () => {
    driver.look()
    tell()
  })
  void jobs.forgetEnded(Date.now() - listedMs).catch(() => undefined)
  driver.look()

  return {
    list,
    async add(url, options = {}) {
      const job = await makeJob(api, resolve(url), options)
      // A page that adds it each time it is opened shall not fill the list.
      for (const known of await jobs.list()) {
        if (isEnded(known) && isSameWork(known, job)) await jobs.remove(known.id)
      }
      const added = await jobs.add(
        job,
        (known) => !isEnded(known) && isSameWork(known, job),
        (known) => ({
          ...known,
          // Signatures expire.
          url: job.url,
          key: diskOf(job),
          priority: job.priority,
          force: job.force === true,
          ...(job.concurrency !== undefined && { concurrency: job.concurrency }),
          state: known.state === 'running' ? 'running' : 'queued',
        }),
      )
      rousePages()
      poke()
      return describeJob(added)
    },
    async pause(id) {
      await jobs.update(id, (job) => (isEnded(job) ? job : moved(job, 'paused')))
      poke()
    },
    async resume(id) {
      await jobs.update(id, (job) =>
        job.state === 'done' || job.state === 'running' ? job : moved(job, 'queued'),
      )
      poke()
    },
    async cancel(id) {
      await jobs.remove(id)
      poke()
    },
    subscribe(listener) {
      listeners.add(listener)
      tell()
      return () => void listeners.delete(listener)
    },
    close() {
      listeners.clear()
      driver.stop()
      channel.close()
      catalog.close()
    },
  }
}

/** A job that leaves its state for another. */
function moved(job: JobRecord, state: JobRecord['state']): JobRecord {
  const nothing = { waitingFor: undefined, error: undefined, endedAt: undefined }
  return { ...job, ...nothing, bytesPerSecond: 0, state }
}

async function makeJob(
  api: JobApi,
  url: string,
  { ranges, profile, priority = 0, concurrency, force }: PrefetchJobOptions,
): Promise<JobRecord> {
  if (concurrency !== undefined) assertConcurrency(concurrency)
  // The worker knows whether it is a disk.
  const { url: key } = await api.status(url)
  const first = profile === undefined ? [] : await rangesOfProfile(api, url, profile)
  const wanted = profile === undefined ? ranges : [...first, ...(ranges ?? [])]
  return {
    id: crypto.randomUUID(),
    url,
    key,
    state: 'queued',
    priority,
    fetchedBytes: 0,
    bytesPerSecond: 0,
    createdAt: Date.now(),
    ...(wanted && { ranges: wanted }),
    ...(concurrency !== undefined && { concurrency }),
    ...(force !== undefined && { force }),
  }
}

function isEnded({ state }: JobRecord): boolean {
  return state === 'done' || state === 'failed'
}

function isSameWork(a: JobRecord, b: JobRecord): boolean {
  return diskOf(a) === diskOf(b) && JSON.stringify(a.ranges) === JSON.stringify(b.ranges)
}

function diskOf({ key, url }: JobRecord): string {
  return key ?? url
}

function describeJob(job: JobRecord): PrefetchJob {
  const { id, url, state, waitingFor, priority, error, createdAt } = job
  const { totalBytes, storedBytes, fetchedBytes } = job
  const bytesPerSecond = state === 'running' ? job.bytesPerSecond : 0
  const leftBytes = (totalBytes ?? NaN) - (storedBytes ?? NaN)
  const secondsLeft = bytesPerSecond > 0 ? leftBytes / bytesPerSecond : NaN
  return {
    id,
    url,
    key: diskOf(job),
    state,
    ...(waitingFor && { waitingFor }),
    priority,
    ...(totalBytes !== undefined && { totalBytes }),
    ...(storedBytes !== undefined && { storedBytes }),
    fetchedBytes,
    bytesPerSecond,
    ...(!Number.isNaN(secondsLeft) && { secondsLeft }),
    ...(error && { error }),
    createdAt,
  }
}

/** Pages that have not loaded this script do so when they hear of it: then one of them goes on when this one is closed. */
function rousePages(): void {
  try {
    localStorage.setItem('sectorcache-jobs', String(Date.now()))
  } catch {
    // Where there is none, they look when they are opened.
  }
}

/** One listener's mistake is reported, and does not keep the others from hearing. */
function hear(
  listener: (jobs: readonly PrefetchJob[]) => void,
  jobs: readonly PrefetchJob[],
): void {
  try {
    listener(jobs)
  } catch (error) {
    reportError(error)
  }
}
