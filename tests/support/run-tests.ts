import { spawn } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'

/** How many tests ended how. */
interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** A test runner, and how its JSON report is read. */
interface Runner {
  readonly command: readonly [string, ...string[]]
  readonly report: string
  readonly read: (report: unknown) => Tally
}

const results = 'tests/.results'

const vitest: Runner = {
  command: [
    'npx',
    'vitest',
    'run',
    '--config=tests/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}/vitest.json`,
  ],
  report: `${results}/vitest.json`,
  read(report) {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success } =
      report as Record<string, number>
    const failed = Number(numFailedTests)
    return {
      passed: Number(numPassedTests),
      // A file that does not even load has no test that failed.
      failed: Boolean(success) || failed > 0 ? failed : 1,
      skipped: Number(numPendingTests) + Number(numTodoTests),
    }
  },
}

const playwright: Runner = {
  command: ['npx', 'playwright', 'test', '--config', 'tests/playwright.config.ts'],
  report: `${results}/playwright.json`,
  read(report) {
    const { stats, errors } = report as {
      stats: { expected: number; unexpected: number; flaky: number; skipped: number }
      errors: readonly unknown[]
    }
    // In CI only, where a machine is shared: whoever reads the log shall see it.
    if (stats.flaky > 0) console.log(`\n${stats.flaky} failed at first, and passed when repeated`)
    return {
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected + errors.length,
      skipped: stats.skipped,
    }
  },
}

const nothingRan: Tally = { passed: 0, failed: 1, skipped: 0 }

async function run({ command, report, read }: Runner): Promise<Tally> {
  await rm(report, { force: true })
  await start(command, { PLAYWRIGHT_JSON_OUTPUT_FILE: report })
  const text = await readFile(report, 'utf8').catch(() => undefined)
  return text === undefined ? nothingRan : read(JSON.parse(text))
}

/** Runs a program with its output on ours; resolves to its exit code. */
function start(
  [program, ...args]: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const env = { ...process.env, ...environment }
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env })
  return new Promise((resolve) => {
    child.once('error', () => resolve(1))
    child.once('close', (code) => resolve(code ?? 1))
  })
}

/** The Linux guest is made of packages of Debian: elsewhere its tests are skipped, but never in CI. */
async function buildLinuxDisk(): Promise<void> {
  const code = await start(['npx', 'tsx', 'src/demo/server/linux/build-linux-disk.ts'])
  if (code === 0) return
  if (process.env['CI'] !== undefined) throw new Error('The Linux disk could not be built.')
  console.log('The Linux disk could not be built, for the reason above: its tests are skipped.')
}

async function main(): Promise<void> {
  await mkdir(results, { recursive: true })
  if ((await start(['npx', 'tsx', 'tests/support/prepare-browser.ts'])) !== 0) process.exit(1)
  await buildLinuxDisk()
  const tallies = [await run(vitest), await run(playwright)]
  const sum = (key: keyof Tally): number => tallies.reduce((total, tally) => total + tally[key], 0)
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')]
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

await main()
