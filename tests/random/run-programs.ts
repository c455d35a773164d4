import fc from 'fast-check'

import { arbitraryProgram } from './arbitrary-program.ts'
import { describeProgram } from './describe-program.ts'
import type { Program } from './program.ts'
import { openRandomWorld } from './random-world.ts'
import type { RandomWorld } from './random-world.ts'
import { createRun, wasStopped } from './run.ts'
import type { Run } from './run.ts'
import { runProgram } from './run-program.ts'
import { createTally } from './tally.ts'
import type { Tally } from './tally.ts'
import { Violation } from './violation.ts'

/** Which programs to run. */
export interface RandomOptions {
  readonly runs: number
  readonly seed: number
  /** Runs just this program of the seed, `runs` times. */
  readonly path?: string | undefined
  /** Begins no program after so long. */
  readonly minutes?: number | undefined
  /** Called before each program, with what was done so far. */
  readonly onProgress?: (tally: Tally) => void
  /** Called with all that happens. */
  readonly onTrace?: (text: string) => void
}

/** What came of it. */
export interface RandomResult {
  readonly tally: Tally
  /** What was found, with the program and how to run it again; `undefined` if nothing. */
  readonly failure: string | undefined
}

/** A program that takes longer hangs. */
const hangMs = 60_000

/** Lines that are told of what happened before a failure. */
const keptTraces = 15

/** A failure is made smaller by so many programs at the most, and for so long. */
const maxShrinks = 150
const maxShrinkMs = 180_000

/** Runs random programs until one breaks a promise of the cache, and makes that one smaller. */
export async function runRandomPrograms(options: RandomOptions): Promise<RandomResult> {
  const { runs, seed, path, minutes } = options
  const runner = await createRunner(options)
  try {
    const details = await fc.check(fc.asyncProperty(arbitraryProgram, runner.run), {
      seed,
      numRuns: path === undefined ? runs : 1,
      ...(path !== undefined && { path, endOnFailure: true }),
      ...(minutes !== undefined && {
        interruptAfterTimeLimit: minutes * 60_000,
        markInterruptAsFailure: false,
      }),
    })
    const failure = details.failed ? describeFailure(details, runner.firstFailure()) : undefined
    return { tally: runner.tally, failure }
  } finally {
    await runner.close()
  }
}

interface Runner {
  readonly tally: Tally
  run(program: Program): Promise<void>
  /** What failed before it was made smaller. */
  firstFailure(): string
  close(): Promise<void>
}

async function createRunner({
  runs,
  seed,
  path,
  onProgress,
  onTrace,
}: RandomOptions): Promise<Runner> {
  const name = `${process.pid}-${seed}`
  const tally = createTally()
  let world: RandomWorld = await openRandomWorld(name)
  let shrinks = 0
  let first: { readonly message: string; readonly atMs: number } | undefined

  /** The browser itself may end: the next program gets another one. */
  async function restart(): Promise<void> {
    tally.browserEnds++
    await world.close()
    world = await openRandomWorld(name)
  }

  async function runOne(program: Program): Promise<void> {
    const site = await world.siteOf(program.site)
    await site.reopen()
    site.reset()
    onTrace?.(`\n${describeProgram(program)}`)
    const happened: string[] = []
    const trace = (text: string): void => {
      happened.push(text)
      onTrace?.(text)
    }
    const run = createRun(program, { site, tally, trace, name: `run-${tally.runs}` })
    try {
      await withinTime(runProgram(run), run)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const isExcused = world.isEnded && wasStopped(run)
      if (world.isEnded) await restart()
      if (isExcused) return
      const last = happened.slice(-keptTraces).map((text) => `  ${text.slice(0, 250)}`)
      error.message += `\n\nWhat happened last:\n${last.join('\n')}`
      throw error
    }
  }

  return {
    tally,
    async run(program) {
      if (first !== undefined && (++shrinks > maxShrinks || Date.now() > first.atMs + maxShrinkMs))
        return
      onProgress?.(tally)
      try {
        for (let time = 0; time < (path === undefined ? 1 : runs); time++) await runOne(program)
      } catch (error) {
        first ??= { message: String(error), atMs: Date.now() }
        onTrace?.(String(error))
        throw error
      }
    },
    firstFailure: () => first?.message ?? '',
    close: () => world.close(),
  }
}

async function withinTime(work: Promise<void>, { pending, site }: Run): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const open = site.origin.requests.filter(({ endedAt }) => endedAt === undefined)
      const requests = open.map(({ method, url, range }) => `${method} ${url} ${range}`)
      const what = [...pending, ...requests].join(', ')
      reject(new Violation(`hangs for ${hangMs / 1000} s: ${what}`))
    }, hangMs)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function describeFailure(
  {
    seed,
    counterexample,
    counterexamplePath,
    errorInstance,
    numRuns,
    numShrinks,
  }: fc.RunDetails<[Program]>,
  first: string,
): string {
  const [program] = counterexample ?? []
  const error = errorInstance instanceof Error ? errorInstance : new Error(String(errorInstance))
  const what = error instanceof Violation ? error.message : (error.stack ?? error.message)
  return [
    `Program ${numRuns} of seed ${seed} fails (made smaller ${numShrinks} times):`,
    '',
    what,
    '',
    program === undefined ? '' : describeProgram(program),
    '',
    numShrinks === 0 ? '' : `At first it failed so:\n${first.slice(0, 1000)}`,
    '',
    'To run this one again, ten times, since timing may matter:',
    `  npm run test:random -- --seed ${seed} --path ${counterexamplePath} --runs 10`,
  ].join('\n')
}
