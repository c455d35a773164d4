import { setTimeout as sleep } from 'node:timers/promises'

import { resetConnection } from '../../src/demo/server/faults.ts'
import type { DiskStatus } from '../../src/protocol/reports.ts'
import { expectFetchedOnce, requestsWithin } from './fetched-ranges.ts'
import { judgeStatus } from './judge-status.ts'
import type { ModelDisk } from './model-disk.ts'
import type { ReaderName } from './program.ts'
import { call, renewReader } from './perform-operation.ts'
import { performRead } from './perform-read.ts'
import { clearFaults, isCalm } from './run.ts'
import type { Run } from './run.ts'
import { Violation } from './violation.ts'

/** How often a new session may be refused before it reads the disk as it is: while a change is being found out. */
const maxSessions = 8
const sessionMs = 150

/** Runs of stored bytes that are read without the origin; more would take long. */
const maxRuns = 8

/**
 * Looks at what a program has left: what is said to be stored reads right without the origin, and with it, in a new
 * session, everything does.
 */
export async function finishProgram(run: Run): Promise<void> {
  clearFaults(run)
  await renewAll(run)
  for (const disk of run.disks)
    if (isCalm(run.program)) expectFetchedOnce(run.site.origin.requests, disk)
  // Those without validator may be let through for a minute, and are not stored then.
  const ours = run.disks.filter(({ faults }) => !faults.has('no-validator'))
  for (const disk of ours) await retry(run, () => readStored(run, disk))
  await renewReader(run, 'frame')
  for (const disk of run.disks) await expectLiveness(run, disk)
  for (const disk of ours) {
    await retry(run, () => fetchAll(run, disk))
    await retry(run, () => readStored(run, disk))
  }
  await cleanUp(run)
}

/** Leaves no session behind that holds an old version. */
async function renewAll(run: Run): Promise<void> {
  const readers = new Set<ReaderName>(['frame'])
  for (const { operation } of run.program.steps.flat())
    if (operation.kind === 'read') readers.add(operation.reader)
  // With the page, the others are new too.
  if (readers.has('page')) await renewReader(run, 'page')
  else for (const reader of readers) await renewReader(run, reader)
}

/** What was still going on when the program ended may come in between, but not again and again. */
async function retry(run: Run, check: () => Promise<string | undefined>): Promise<void> {
  let problem = await check()
  for (let attempt = 1; problem !== undefined && attempt < 4; attempt++) {
    await sleep(sessionMs * 2 ** attempt)
    await renewReader(run, 'frame')
    problem = await check()
  }
  if (problem !== undefined) throw new Violation(problem)
}

/** Reads all that is said to be stored while the origin refuses everything. Resolves to what is wrong. */
async function readStored(run: Run, disk: ModelDisk): Promise<string | undefined> {
  const { origin } = run.site
  const wasReset = disk.faults.has('reset')
  disk.faults.add('reset')
  const offline = origin.faults.add(resetConnection(), {
    match: (url) => url.startsWith(disk.path),
  })
  try {
    const status = await statusOf(run, disk)
    // A session that begins now reads that one, and nobody tells where it has its bytes.
    if (hasFallback(status)) return undefined
    const before = origin.requests.length
    const runs = status.coverage.slice(0, maxRuns)
    for (const { start, end } of runs) {
      const range = `bytes=${start}-${end - 1}`
      const outcome = await performRead(run, { reader: 'frame', disk, method: 'GET', range })
      const what = `${disk.name} ${range} is said to be stored, but without the origin`
      if (outcome.kind === 'failed') return `${what} it fails: ${outcome.why}`
      if (outcome.kind === 'other') return `${what} it is let through`
      if (outcome.answer.version.etag !== undefined && outcome.seen.headers['etag'] !== status.etag)
        return `${what} another version is read: ${outcome.seen.headers['etag']}`
      const cacheStatus = outcome.seen.headers['cache-status']
      if (cacheStatus !== 'sectorcache; hit') return `${what} Cache-Status is "${cacheStatus}"`
    }
    const asked = requestsWithin(origin.requests.slice(before), disk, runs)
    return asked.length === 0
      ? undefined
      : `stored bytes of ${disk.name} were asked for: ${asked.join(', ')}`
  } finally {
    offline.remove()
    if (!wasReset) disk.faults.delete('reset')
  }
}

/** Whether more is stored of a retired version than of the active one: that is what boots without the origin. */
function hasFallback({ complete, storedBytes, generations }: DiskStatus): boolean {
  const retired = generations.filter(({ state }) => state === 'retired')
  return !complete && retired.some((generation) => generation.storedBytes > storedBytes)
}

/** With nothing wrong any more, a new session reads all of the disk: soon, and of one version. */
async function expectLiveness(run: Run, disk: ModelDisk): Promise<void> {
  const problems: string[] = []
  for (let attempt = 0; attempt < maxSessions; attempt++) {
    if (attempt > 0) {
      await sleep(sessionMs * attempt)
      await renewReader(run, 'frame')
    }
    const reading = { reader: 'frame', disk, method: 'GET', range: undefined } as const
    const outcome = await performRead(run, reading)
    if (outcome.kind !== 'failed') return
    problems.push(outcome.why)
  }
  throw new Violation(
    `${disk.name} cannot be read by new sessions, although nothing is wrong: ${problems.join(', ')}`,
  )
}

async function fetchAll(run: Run, disk: ModelDisk): Promise<string | undefined> {
  const reply = await call(run, disk, { name: 'prefetch' })
  if (reply?.ok !== true) return `prefetch of ${disk.name} failed: ${JSON.stringify(reply)}`
  const status = await statusOf(run, disk)
  return status.complete ? undefined : `${disk.name} is not complete after it was prefetched`
}

async function statusOf(run: Run, disk: ModelDisk): Promise<DiskStatus> {
  const reply = await call(run, disk, { name: 'status' })
  if (reply?.ok !== true) throw new Violation(`status of ${disk.name}: ${JSON.stringify(reply)}`)
  const status = reply.value as DiskStatus
  judgeStatus(status, disk)
  return status
}

/** The next program must not pay for what this one has stored. */
async function cleanUp(run: Run): Promise<void> {
  for (const { name } of run.disks) run.site.disks.delete(name)
  const [disk] = run.disks
  if (disk !== undefined) await call(run, disk, { name: 'clear' })
}
