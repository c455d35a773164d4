import { createRateMeter } from '../core/rate-meter.ts'
import type { RateMeter } from '../core/rate-meter.ts'
import type { PrefetchStepReport } from '../protocol/worker-api.ts'
import type { JobCatalog } from '../storage/job-catalog.ts'
import type { JobRecord } from '../storage/job-record.ts'
import { runJobStep } from './run-job-step.ts'
import type { JobStep, NetworkFacts, StepApi } from './run-job-step.ts'

/** Works jobs off, while this page is the one that does. */
export interface JobDriver {
  /** Something may have changed. */
  look(): void
  stop(): void
}

/** What a {@link JobDriver} works with. */
export interface DriverPorts {
  readonly api: StepApi
  readonly scope: string
  readonly jobs: JobCatalog
  /** Tells whoever is interested that a job has changed. */
  readonly changed: () => void
}

/** How long a job waits for the network before it tries again, at first and at the most. */
const retryMs = { first: 5_000, most: 300_000 }

/** A disk that changes so often between steps is given up. */
const maxChanges = 5

/** What is known of a job that this page works on. */
interface Work {
  generation: string | undefined
  storedBytes: number
  fetchedBytes: number
  readonly meter: RateMeter
  changes: number
  /** By `performance.now()`. */
  notBeforeMs: number
  pauseMs: number
}

/** Makes a {@link JobDriver}. One page of a scope drives: another one takes over when that is closed. */
export function driveJobs({ api, scope, jobs, changed }: DriverPorts): JobDriver {
  const ending = new AbortController()
  const { signal } = ending
  const works = new Map<string, Work>()
  let isDriving = false
  let wake: (() => void) | undefined

  async function drive(): Promise<void> {
    try {
      // Without anything to do, nobody holds the lock: a page that holds one is not kept for the way back.
      while (!signal.aborted && (await openJobs()).length > 0) {
        await navigator.locks.request(`sectorcache-jobs ${scope}`, { signal }, workOff)
      }
    } catch (error) {
      if (signal.aborted) return
      reportError(error)
      // The catalog has failed. Nobody else would look again as long as this page is open.
      setTimeout(look, retryMs.most)
    }
  }

  async function openJobs(): Promise<JobRecord[]> {
    return (await jobs.list())
      .filter(({ state }) => ['queued', 'running', 'waiting'].includes(state))
      .sort((a, b) => b.priority - a.priority || a.createdAt - b.createdAt)
  }

  async function workOff(): Promise<void> {
    while (!signal.aborted) {
      const awake = new Promise<void>((resolve) => (wake = resolve))
      const open = await openJobs()
      if (open.length === 0) return
      const now = performance.now()
      const next = open.find((job) => job.state !== 'waiting' || workOf(job).notBeforeMs <= now)
      if (next === undefined) {
        const untilMs = Math.min(...open.map((job) => workOf(job).notBeforeMs))
        const timer = setTimeout(() => wake?.(), untilMs - now)
        await awake
        clearTimeout(timer)
      } else {
        await rest(open.filter((job) => job !== next && job.state === 'running'))
        await settle(next, await runJobStep(api, next, navigator as NetworkFacts))
      }
    }
  }

  /** What another page, or this one, has begun, and is not the first any more. */
  async function rest(others: readonly JobRecord[]): Promise<void> {
    for (const { id } of others) {
      await jobs.update(id, (job) => (job.state === 'running' ? { ...job, state: 'queued' } : job))
    }
  }

  function workOf({ id, fetchedBytes }: JobRecord): Work {
    const work = works.get(id) ?? {
      generation: undefined,
      storedBytes: 0,
      fetchedBytes,
      meter: createRateMeter(),
      changes: 0,
      notBeforeMs: 0,
      pauseMs: retryMs.first,
    }
    works.set(id, work)
    return work
  }

  async function settle(job: JobRecord, step: JobStep): Promise<void> {
    // Closing has broken it off.
    if (signal.aborted) return
    const work = workOf(job)
    const change = changeBy(step, work)
    await jobs.update(job.id, (known) => {
      const next = { ...known, waitingFor: undefined, error: undefined, ...change }
      // Somebody has paused it meanwhile.
      return known.state === 'paused' && next.state !== 'done' ? { ...next, state: 'paused' } : next
    })
    changed()
  }

  function look(): void {
    wake?.()
    if (isDriving || signal.aborted) return
    isDriving = true
    void drive().finally(() => (isDriving = false))
  }

  /** What waits for the network, or for leave to use it, need not wait until its pause is over. */
  function goOn(): void {
    for (const work of works.values()) {
      work.notBeforeMs = 0
      work.pauseMs = retryMs.first
    }
    look()
  }

  addEventListener('online', goOn, { signal })
  const { connection } = navigator as NetworkFacts
  connection?.addEventListener('change', goOn, { signal })

  function stop(): void {
    ending.abort()
    // The lock is let go by whoever waits with it.
    wake?.()
  }

  return { look, stop }
}

/** What a step changes of a job. */
function changeBy(step: JobStep, work: Work): Partial<JobRecord> & Pick<JobRecord, 'state'> {
  if (step.kind === 'running') return progressOf(step.report, work)
  if (step.kind === 'waiting') {
    work.notBeforeMs = performance.now() + work.pauseMs
    work.pauseMs = Math.min(2 * work.pauseMs, retryMs.most)
    return { state: 'waiting', waitingFor: step.waitingFor, bytesPerSecond: 0 }
  }
  work.changes++
  if (step.kind === 'changed' && work.changes < maxChanges) return { state: 'running' }
  const { code, message } = step.error
  return { state: 'failed', error: { code, message }, endedAt: Date.now(), bytesPerSecond: 0 }
}

function progressOf(
  report: PrefetchStepReport,
  work: Work,
): Partial<JobRecord> & Pick<JobRecord, 'state'> {
  // The origin has not even said what there is.
  if (report.kind === 'waiting') return { state: 'running' }
  const { generation, totalBytes, storedBytes, storedBefore, done } = report
  const before = work.generation === generation ? work.storedBytes : storedBefore
  if (storedBytes > before) work.changes = 0
  work.generation = generation
  work.fetchedBytes += Math.max(0, storedBytes - before)
  work.storedBytes = storedBytes
  work.pauseMs = retryMs.first
  work.meter.record(work.fetchedBytes, performance.now())
  const { fetchedBytes } = work
  const progress = { totalBytes, storedBytes, fetchedBytes }
  if (done) return { ...progress, state: 'done', endedAt: Date.now(), bytesPerSecond: 0 }
  return { ...progress, state: 'running', bytesPerSecond: work.meter.perSecond() }
}
