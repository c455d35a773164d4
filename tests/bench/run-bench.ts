import { createProfile } from '../support/profile.ts'
import type { BenchOptions } from './bench-options.ts'
import { buildWorkboxWorker } from './build-workbox-worker.ts'
import { currentLoad, describeMachine } from './machine.ts'
import type { Machine } from './machine.ts'
import { rows } from './rows/index.ts'
import { CannotMeasure } from './row.ts'
import type { Goal, Measurement, Round, Row } from './row.ts'
import { sizesOf } from './sizes.ts'
import { createStage, hasProjectFile } from './stage.ts'
import type { Stage } from './stage.ts'
import { figuresOf, summarize } from './statistics.ts'
import type { Figure, Summary } from './statistics.ts'

/** A row with its figures; or with the reason why there are none. */
export interface RowResult {
  readonly row: Row
  readonly goals: readonly { readonly goal: Goal; readonly figures: readonly Figure[] }[]
  readonly quantities: readonly Summary[]
  readonly rounds: readonly Round[]
  readonly notes: readonly string[]
  /** Quantities with which nothing is judged. */
  readonly doubtful: readonly string[]
  /** Set if it took the place of what the run itself had: the day on which it was measured. */
  readonly ownDate?: string
  /** Set if it was not measured: something is missing here, or it failed. */
  readonly problem?: { readonly kind: 'missing' | 'failed'; readonly message: string }
}

/** A whole run. */
export interface BenchResult {
  readonly date: Date
  readonly machine: Machine
  readonly scale: BenchOptions['scale']
  readonly results: readonly RowResult[]
}

/** Who follows a run. */
export interface BenchObserver {
  /** What begins, and how long it took. */
  progress(message: string): void
  /** Called after each row with what there is so far: a run that is broken off has not measured in vain. */
  onResult?(sofar: BenchResult): Promise<void>
}

/** Room for all disks that the rows of one lane read: the HTTP cache shall not lack it. */
const browserArgs = ['--disk-cache-size=2000000000']

/**
 * Measures the rows that are asked for, one after the other, in one browser. A row that fails does not end
 * the run.
 *
 * @throws {Error} if there is no build, or no browser
 */
export async function runBench(
  { only, rounds, scale }: Pick<BenchOptions, 'only' | 'rounds' | 'scale'>,
  { progress, onResult }: BenchObserver,
): Promise<BenchResult> {
  if (!hasProjectFile('dist/sectorcache-sw.js')) {
    throw new Error('There is nothing to measure in dist/: npm run build')
  }
  const load = currentLoad()
  await buildWorkboxWorker()
  const profile = await createProfile({ args: browserArgs })
  try {
    const browser = await profile.open()
    const stage = createStage(browser, sizesOf[scale], progress)
    const version = `Chromium ${browser.browser()?.version() ?? 'of unknown version'}`
    const results: RowResult[] = []
    const sofar = (): BenchResult => ({
      date: new Date(),
      machine: describeMachine(version, load),
      scale,
      results,
    })
    for (const row of rows) {
      if (only.length > 0 && !only.includes(row.name)) continue
      progress(`${row.name} ...`)
      const startedAt = performance.now()
      results.push(await runRow(row, stage, rounds ?? (scale === 'smoke' ? 1 : row.rounds)))
      progress(`${row.name}: ${Math.round((performance.now() - startedAt) / 1000)} s`)
      await onResult?.(sofar())
    }
    return sofar()
  } finally {
    await profile.remove()
  }
}

/** Makes the figures of what was measured. */
export function resultOf(row: Row, { rounds, notes = [], doubtful = [] }: Measurement): RowResult {
  return {
    row,
    rounds,
    notes,
    doubtful,
    quantities: summarize(rounds),
    goals: row.goals.map((goal) => ({ goal, figures: figuresOf(goal, rounds, doubtful) })),
  }
}

async function runRow(row: Row, stage: Stage, roundCount: number): Promise<RowResult> {
  try {
    return resultOf(row, await row.measure(stage, roundCount))
  } catch (error) {
    const kind = error instanceof CannotMeasure ? 'missing' : 'failed'
    const message = error instanceof Error ? error.message : String(error)
    const nothing = { rounds: [], notes: [], doubtful: [], quantities: [], goals: [] }
    return { row, ...nothing, problem: { kind, message } }
  } finally {
    await stage.clear()
  }
}
