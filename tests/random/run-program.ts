import { setTimeout as sleep } from 'node:timers/promises'

import { finishProgram } from './finish-program.ts'
import type { ReadOperation, Timed } from './program.ts'
import { performOperation } from './perform-operation.ts'
import { clientOf, performRead } from './perform-read.ts'
import type { Reading } from './perform-read.ts'
import { rangeHeader } from './range-of-choice.ts'
import { diskOf, hasActiveFault, makeGate, wasStopped } from './run.ts'
import type { Run } from './run.ts'
import { Violation } from './violation.ts'

/** A stall is let go so long after everything else of its step has been done: it is to overlap with something. */
const stallMs = 40

/** How often a read is repeated that fails for a reason that has passed, and how long it takes until then. */
const repetitions = 12
const repetitionMs = 250

/**
 * Runs a program, and looks at what it has left.
 *
 * @throws {Violation} if the cache breaks a promise.
 */
export async function runProgram(run: Run): Promise<void> {
  run.tally.runs++
  for (const [index, step] of run.program.steps.entries()) {
    run.step = index
    await runStep(run, step)
    await reopenIfEnded(run)
    expectNothingUncaught(run)
  }
  run.step++
  await finishProgram(run)
  expectNothingUncaught(run)
  for (const { versions } of run.disks) run.tally.versions += versions.length
  run.tally.originRequests += run.site.origin.counters.requests
}

async function runStep(run: Run, step: readonly Timed[]): Promise<void> {
  Object.assign(run, makeGate())
  run.tally.operations += step.length
  const failed: Reading[] = []
  const reads: Promise<void>[] = []
  const others: Promise<void>[] = []
  for (const { pauseMs, operation } of step) {
    const begun = pauseMs === 0 ? Promise.resolve() : sleep(pauseMs)
    if (operation.kind === 'read') {
      reads.push(begun.then(() => read(run, operation, failed)))
      continue
    }
    const performed = begun.then(() => performOperation(run, operation))
    // It ends when its chunks have come, and so may wait for what stalls.
    if (operation.kind === 'prefetch') reads.push(performed)
    else others.push(performed)
  }
  const all = Promise.all([...reads, ...others])
  await Promise.race([all, Promise.all(others).then(() => sleep(stallMs))])
  run.release()
  await all
  for (const reading of failed) await expectRecovery(run, reading)
}

async function read(run: Run, operation: ReadOperation, failed: Reading[]): Promise<void> {
  const disk = diskOf(run, operation.disk)
  const { reader, ask, leaveAfter } = operation
  const reading: Reading = {
    reader,
    disk,
    method: ask === 'head' ? 'HEAD' : 'GET',
    range: typeof ask === 'string' ? undefined : rangeHeader(ask, disk),
    leaveAfter,
  }
  const outcome = await performRead(run, reading)
  if (outcome.kind === 'failed') failed.push(reading)
}

/** What failed for a reason that has passed must come through by and by. */
async function expectRecovery(run: Run, reading: Reading): Promise<void> {
  const client = clientOf(run, reading.reader)
  let why = ''
  for (let repetition = 0; repetition <= repetitions; repetition++) {
    if (!mustSucceed(run, reading) || clientOf(run, reading.reader) !== client) return
    if (repetition > 0) await sleep(repetitionMs)
    const outcome = await performRead(run, reading)
    if (outcome.kind !== 'failed') {
      run.tally.recoveries++
      return
    }
    why = outcome.why
  }
  throw new Violation(
    `${client} GET ${reading.disk.name} ${reading.range}: failed ${repetitions} times with "${why}", ` +
      'although nothing is wrong any more',
  )
}

/** Whether nothing stands in the way of a read now. */
function mustSucceed(run: Run, { reader, disk }: Reading): boolean {
  const { faults, timeline, current } = disk
  if (run.site.isCrashed || hasActiveFault(run, disk) || faults.has('no-validator')) return false
  const { shown } = run.sessions.of(clientOf(run, reader), disk)
  if (shown !== undefined) return shown.isHonest && shown.version === current
  const isDoubtful = ['wrong-total', 'other-etag', 'weak-etag'] as const
  return timeline.length === 1 && !isDoubtful.some((fault) => faults.has(fault))
}

/** Chromium 156 may end a tab whose worker is stopped (docs/decisions/0007): the program goes on in a new one. */
async function reopenIfEnded(run: Run): Promise<void> {
  if (!run.site.isCrashed) return
  if (!wasStopped(run)) throw new Violation('the tab has crashed, and no worker was stopped')
  run.trace('the tab has crashed')
  run.tally.crashes++
  run.lives.page++
  await run.site.reopen()
}

function expectNothingUncaught({ site }: Run): void {
  if (site.uncaught.length > 0)
    throw new Violation(`an error that nobody caught: ${site.uncaught.join('\n')}`)
}
