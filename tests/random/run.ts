import type { Fault } from '../../src/demo/server/fault-list.ts'
import { createModelDisk } from './model-disk.ts'
import type { ModelDisk } from './model-disk.ts'
import type { Operation, Program, ReaderName } from './program.ts'
import type { RandomSite } from './random-site.ts'
import { createSessions } from './sessions.ts'
import type { Sessions } from './sessions.ts'
import type { Tally } from './tally.ts'

/** A program that is being run, and what has happened in it. */
export interface Run {
  readonly program: Program
  readonly site: RandomSite
  readonly disks: readonly ModelDisk[]
  readonly sessions: Sessions
  readonly tally: Tally
  /** Tells what happens, for whoever wants to follow it. */
  readonly trace: (text: string) => void
  /** What has begun and not ended: told when a program hangs. */
  readonly pending: Set<string>
  /** How often each reader was replaced: its name and this are a client. */
  readonly lives: Record<ReaderName, number>
  /** Faults that were put to work, by disk. */
  readonly faults: Map<ModelDisk, Fault[]>
  /** Lets those go that stall. */
  release: () => void
  /** Resolves when it is called. */
  released: Promise<void>
  /** Set while the page is being reloaded: until it resolves nothing may be asked of the page. */
  reloading: Promise<void> | undefined
  /** The step that is under way, from 0. */
  step: number
  /** The last step in which the worker was stopped. */
  stoppedInStep: number
  /** Whether a generation was given up by a call. */
  hasDropped: boolean
}

const calmKinds = new Set<Operation['kind']>(['read', 'prefetch', 'status', 'renew'])

/** Prepares a run. @param name - of its disks, used once */
export function createRun(
  program: Program,
  { site, tally, trace, name }: Pick<Run, 'site' | 'tally' | 'trace'> & { name: string },
): Run {
  const disks = program.disks.map((choice, index) =>
    createModelDisk(`${name}-${index}.img`, { choice, site: site.choice }, site.disks),
  )
  return {
    program,
    site,
    disks,
    sessions: createSessions(site.choice.onChange),
    tally,
    trace,
    pending: new Set(),
    lives: { page: 0, frame: 0, worker: 0 },
    faults: new Map(),
    ...makeGate(),
    reloading: undefined,
    step: 0,
    stoppedInStep: -Infinity,
    hasDropped: false,
  }
}

/** A promise that resolves when `release` is called. */
export function makeGate(): Pick<Run, 'release' | 'released'> {
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  return { release, released }
}

/** Whether nothing was done that might make a read fail, or a chunk be fetched twice. */
export function isCalm({ steps }: Program): boolean {
  return steps.flat().every(({ operation }) => calmKinds.has(operation.kind))
}

/** Whether the worker was stopped so lately that a request may have died with it. */
export function wasStopped({ step, stoppedInStep }: Run): boolean {
  return stoppedInStep >= step - 1
}

/** Whether a fault on this disk still has answers to spoil. */
export function hasActiveFault({ faults }: Run, disk: ModelDisk): boolean {
  return (faults.get(disk) ?? []).some(({ timesLeft }) => timesLeft > 0)
}

/** Takes all faults away. */
export function clearFaults({ site, faults, tally }: Run): void {
  for (const fault of [...faults.values()].flat()) tally.faultHits += fault.hits
  faults.clear()
  site.origin.faults.clear()
}

/** The disk that an operation means. */
export function diskOf({ disks }: Run, number: number): ModelDisk {
  const disk = disks[number % disks.length]
  if (disk === undefined) throw new Error('a program has at least one disk')
  return disk
}
