import { spawn } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'

import { judgeByCode, readPlaywrightReport, readVitestReport, type Tally } from './test-tally.ts'

/** A test runner, and how its JSON report is read. */
interface Runner {
  readonly command: readonly [string, string, ...string[]]
  readonly report: string
  readonly read: (report: never) => Tally
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
  read: readVitestReport,
}

const playwright: Runner = {
  command: ['npx', 'playwright', 'test', '--config', 'tests/playwright.config.ts'],
  report: `${results}/playwright.json`,
  read: readPlaywrightReport,
}

async function run({ command, report, read }: Runner): Promise<Tally> {
  await rm(report, { force: true })
  const code = await start(command, { PLAYWRIGHT_JSON_OUTPUT_FILE: report })
  const text = await readFile(report, 'utf8').catch(() => undefined)
  if (text !== undefined) return judgeByCode(read(JSON.parse(text) as never), command[1], code)
  return { passed: 0, skipped: 0, failed: [`${command[1]} wrote no report`], repeated: [] }
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

/** At the end of a log of thousands of lines: what is to be looked for in it. */
function list(what: string, tests: readonly string[]): void {
  if (tests.length > 0) console.log(`\n${what}:\n${tests.map((test) => `  ${test}`).join('\n')}`)
}

async function main(): Promise<void> {
  await mkdir(results, { recursive: true })
  if ((await start(['npx', 'tsx', 'tests/support/prepare-browser.ts'])) !== 0) process.exit(1)
  await buildLinuxDisk()
  const tallies = [await run(vitest), await run(playwright)]
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
  const skipped = tallies.reduce((sum, tally) => sum + tally.skipped, 0)
  const failed = tallies.flatMap((tally) => tally.failed)
  // In CI only, where a machine is shared: whoever reads the log shall see it.
  list(
    'failed at first, and passed when repeated',
    tallies.flatMap(({ repeated }) => repeated),
  )
  list('failed', failed)
  console.log(
    `\n${passed} passed, ${failed.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  )
  process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1
}

await main()
