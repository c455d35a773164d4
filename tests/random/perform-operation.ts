import type { DiskStatus } from '../../src/protocol/reports.ts'
import { stopWorkers } from '../support/profile.ts'
import { askPage, callApi, gone, notePending } from './ask-page.ts'
import type { ApiCall, ApiReply } from './ask-page.ts'
import { expectReason } from './judge-refusal.ts'
import { judgeStatus } from './judge-status.ts'
import type { ModelDisk } from './model-disk.ts'
import type { FaultOperation, InvalidateBy, Operation, RangeChoice, ReaderName } from './program.ts'
import { rangeOf } from './range-of-choice.ts'
import { clearFaults, diskOf, wasStopped } from './run.ts'
import type { Run } from './run.ts'
import { makeFault } from './spoil.ts'
import { Violation } from './violation.ts'

/** Performs an operation that is no read. @throws {Violation} if it breaks a promise */
export async function performOperation(
  run: Run,
  operation: Exclude<Operation, { kind: 'read' }>,
): Promise<void> {
  switch (operation.kind) {
    case 'evict':
    case 'prefetch': {
      const disk = diskOf(run, operation.disk)
      await call(run, disk, { name: operation.kind, options: rangesOf(operation.range, disk) })
      return
    }
    case 'invalidate':
      await invalidate(run, diskOf(run, operation.disk), operation.by)
      return
    case 'clear':
      run.hasDropped = true
      await call(run, diskOf(run, 0), { name: 'clear' })
      return
    case 'status': {
      const reply = await call(run, diskOf(run, operation.disk), { name: 'status' })
      if (reply?.ok === true) judgeStatus(reply.value as DiskStatus, diskOf(run, operation.disk))
      return
    }
    case 'stop-worker':
      await stopWorker(run)
      return
    case 'renew':
      await renewReader(run, operation.reader)
      return
    case 'change': {
      const disk = diskOf(run, operation.disk)
      const { growHalfChunks } = operation
      disk.change(Math.floor((growHalfChunks * disk.chunkBytes) / 2))
      return
    }
    case 'revert':
      diskOf(run, operation.disk).revert(operation.back)
      return
    case 'fault':
      addFault(run, operation)
      return
    case 'mend':
      clearFaults(run)
  }
}

/** Gives a reader a new client. */
export async function renewReader(run: Run, reader: ReaderName): Promise<void> {
  while (run.reloading !== undefined) await run.reloading
  run.lives[reader]++
  if (reader === 'page') {
    const reloaded = notePending(run, 'reloading', run.site.reload())
    run.reloading = reloaded.catch(() => undefined)
    try {
      await reloaded
    } catch (error) {
      if (!run.site.isCrashed) throw error
    } finally {
      run.reloading = undefined
    }
    return
  }
  const renewed = askPage(run, async (name) => randomPage.renew(name), reader)
  await notePending(run, `renewing ${reader}`, renewed)
}

/** Calls the API. Resolves to `undefined` if the page is gone. */
export async function call(
  run: Run,
  disk: ModelDisk,
  { name, options }: Omit<ApiCall, 'path'>,
): Promise<ApiReply | undefined> {
  const reply = await callApi(run, { name, path: disk.path, ...(options && { options }) })
  if (reply === gone) return undefined
  run.trace(`${name} ${disk.name} ${JSON.stringify(options)}: ${JSON.stringify(reply)}`)
  if (!reply.ok) expectExcuse(run, disk, { name, ...reply })
  return reply
}

function expectExcuse(
  run: Run,
  disk: ModelDisk,
  { name, code, message }: { name: ApiCall['name']; code: string; message: string },
): void {
  if (code === 'worker-timeout' && wasStopped(run)) return
  if (name === 'prefetch') {
    if (code === 'disk-changed' && run.hasDropped) return
    expectReason(code, disk)
    return
  }
  throw new Violation(`${name} of ${disk.name} rejected with ${code}: ${message}`)
}

async function invalidate(run: Run, disk: ModelDisk, by: InvalidateBy): Promise<void> {
  run.hasDropped = true
  const etag = disk.current.etag ?? '"none"'
  const calls: Record<InvalidateBy, Omit<ApiCall, 'path'>> = {
    disk: { name: 'invalidate' },
    'disk-etag': { name: 'invalidate', options: { etag } },
    'cache-etag': { name: 'cache-invalidate', options: { etag } },
    'cache-prefix': { name: 'cache-invalidate', options: { prefix: disk.path } },
  }
  await call(run, disk, calls[by])
}

async function stopWorker(run: Run): Promise<void> {
  run.stoppedInStep = run.step
  run.tally.workerStops++
  // The tab may end by it; the step looks for that.
  const stopped = Promise.race([stopWorkers(run.site.page), run.site.crashed])
  await notePending(run, 'stopping', stopped).catch((error: unknown) => {
    run.trace(`stopping failed: ${String(error)}`)
  })
}

function addFault(run: Run, operation: FaultOperation): void {
  const disk = diskOf(run, operation.disk)
  disk.faults.add(operation.fault)
  const fault = run.site.origin.faults.add(makeFault(operation, run.released), {
    times: operation.times,
    match: (url) => url.startsWith(disk.path),
  })
  run.faults.set(disk, [...(run.faults.get(disk) ?? []), fault])
}

function rangesOf(range: RangeChoice | undefined, disk: ModelDisk): object {
  return range === undefined ? {} : { ranges: [rangeOf(range, disk)] }
}
