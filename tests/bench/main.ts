import { readFile, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { BenchUsageError, benchUsage, parseBenchOptions } from './bench-options.ts'
import { performancePage } from './performance-page.ts'
import { printReport } from './print-report.ts'
import { recallBench } from './recall-bench.ts'
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
  const record = async (sofar: BenchResult): Promise<void> => {
    if (json !== undefined) await writeFile(json, `${JSON.stringify(sofar, null, 2)}\n`)
  }
  const result =
    options.from.length === 0
      ? await runBench(options, { progress: (message) => console.error(message), onResult: record })
      : recallBench(await Promise.all(options.from.map(readText)))
  console.log(printReport(result, options.only.length === 0))
  await record(result)
  if (options.write) {
    if (result.scale === 'smoke') throw new BenchUsageError('--write takes no figures of --smoke')
    const earlier = (await Promise.all(options.beside.map(readText))).map((text) =>
      recallBench([text]),
    )
    await writePage((last) => performancePage(result, { earlier, last }))
  }
  if (result.results.some(({ problem }) => problem?.kind === 'failed')) process.exitCode = 1
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8')
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
