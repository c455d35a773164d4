import { readFile, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { BenchUsageError, benchUsage, parseBenchOptions } from './bench-options.ts'
import { checkWritable, refuseSmoke } from './check-writable.ts'
import { hasFailed } from './has-failed.ts'
import { performancePage } from './performance-page.ts'
import { printReport } from './print-report.ts'
import { recallBench } from './recall-bench.ts'
import { rows } from './rows/index.ts'
import { runBench } from './run-bench.ts'
import type { BenchResult } from './run-bench.ts'
import { projectFile } from './stage.ts'

async function main(args: readonly string[]): Promise<void> {
  const options = parseBenchOptions(args)
  if (options === 'help') {
    console.log(benchUsage)
    return
  }
  const { json } = options
  // Before anything is measured, which takes its time.
  const earlier = (await readAll(options.beside)).map((text) => recallBench([text]))
  refuseSmoke(earlier)
  const record = async (sofar: BenchResult): Promise<void> => {
    if (json !== undefined) await writeFile(json, `${JSON.stringify(sofar, null, 2)}\n`)
  }
  const result =
    options.from.length === 0
      ? await runBench(options, { progress: (message) => console.error(message), onResult: record })
      : recallBench(await readAll(options.from))
  console.log(printReport(result, options.only.length === 0))
  await record(result)
  if (options.write) {
    checkWritable(result, rows)
    await writePage((last) => performancePage(result, { earlier, last, known: rows }))
  }
  if (hasFailed(result.results)) process.exitCode = 1
}

function readAll(files: readonly string[]): Promise<string[]> {
  return Promise.all(files.map((file) => readFile(file, 'utf8')))
}

async function writePage(make: (last: string) => string): Promise<void> {
  const file = projectFile('docs/performance.md')
  const last = await readFile(file, 'utf8').catch(() => '')
  await writeFile(file, make(last))
  await promisify(execFile)('npx', ['prettier', '--write', file])
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof BenchUsageError) {
    console.error(`${error.message}\n\n${benchUsage}`)
    process.exit(2)
  }
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
