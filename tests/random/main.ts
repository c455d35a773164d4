import { parseRandomOptions, usage, UsageError } from './random-cli-options.ts'
import type { RandomCliOptions } from './random-cli-options.ts'
import { runRandomPrograms } from './run-programs.ts'
import { describeTally } from './tally.ts'
import type { Tally } from './tally.ts'

const progressMs = 20_000

function tellProgress({ runs, isVerbose }: RandomCliOptions): (tally: Tally) => void {
  const begunMs = Date.now()
  let toldMs = begunMs
  return (tally) => {
    if (isVerbose || Date.now() - toldMs < progressMs) return
    toldMs = Date.now()
    const seconds = Math.round((toldMs - begunMs) / 1000)
    const mebibytes = Math.round(tally.checkedBytes / 2 ** 20)
    console.log(`${tally.runs} of ${runs} programs in ${seconds} s, ${mebibytes} MiB checked`)
  }
}

/** Playwright would end the browser and leave the programs running: that looks like a failure. */
function endOnSignals(): void {
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      console.error(`Ended by ${signal}.`)
      process.exit(1)
    })
  }
}

async function main(): Promise<void> {
  endOnSignals()
  const options = parseRandomOptions(process.argv.slice(2))
  if (options === 'help') {
    console.log(usage)
    return
  }
  console.log(`Random programs of seed ${options.seed}`)
  const { tally, failure } = await runRandomPrograms({
    ...options,
    onProgress: tellProgress(options),
    ...(options.isVerbose && { onTrace: (text: string) => console.log(text) }),
  })
  console.log(`\n${describeTally(tally)}`)
  if (failure === undefined) {
    console.log('\nNothing was found.')
    return
  }
  console.error(`\n${failure}`)
  process.exitCode = 1
}

try {
  await main()
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`${error.message}\n\n${usage}`)
  process.exitCode = 2
}
