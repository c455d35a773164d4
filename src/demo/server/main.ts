import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createBuilder, createServer, preview, type InlineConfig } from 'vite'

import { parseCliOptions, USAGE, UsageError, type CliOptions } from './cli-options.ts'
import { FAULTS_VARIABLE, LATENCY_VARIABLE, RATE_VARIABLE } from './vite-plugin.ts'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')

interface RunningServer {
  readonly url: string
  close(): Promise<void>
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseCliOptions(args)
  if (options === 'help') {
    console.log(USAGE)
    return
  }
  shapeOrigin(options)
  const server = options.command === 'dev' ? await startDev(options) : await startPreview(options)
  console.log(`\nsectorcache demo: ${server.url}\n${hintsFor(options)}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(server))
}

async function startDev({ host, port, isPortFixed }: CliOptions): Promise<RunningServer> {
  const config: InlineConfig = {
    root: ROOT,
    logLevel: 'warn',
    server: { host, port, strictPort: isPortFixed },
  }
  const server = await createServer(config)
  await server.listen()
  return { url: urlOf(server), close: () => server.close() }
}

async function startPreview(options: CliOptions): Promise<RunningServer> {
  const { host, port, isPortFixed, build } = options
  const common: InlineConfig = { root: ROOT, logLevel: 'warn' }
  if (build) {
    console.log('building ...')
    const builder = await createBuilder(common)
    await builder.buildApp()
  }
  const server = await preview({ ...common, preview: { host, port, strictPort: isPortFixed } })
  const { outDir } = server.config.environments['client']?.build ?? server.config.build
  if (!existsSync(resolve(ROOT, outDir, 'index.html'))) {
    await server.close()
    throw new Error(`there is no build in ${outDir}: run again without --no-build`)
  }
  return { url: urlOf(server), close: () => server.close() }
}

/** Vite loads its configuration as another copy of our modules: what it is to know travels by the environment. */
function shapeOrigin({ latencyMs, rateBitsPerSecond, faults }: CliOptions): void {
  if (latencyMs !== undefined) process.env[LATENCY_VARIABLE] = String(latencyMs)
  if (rateBitsPerSecond !== undefined) process.env[RATE_VARIABLE] = String(rateBitsPerSecond / 1e6)
  if (faults.length > 0) process.env[FAULTS_VARIABLE] = faults.join(' ')
}

function urlOf(server: {
  readonly resolvedUrls: { readonly local: string[]; readonly network: string[] } | null
}): string {
  const url = server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0]
  if (url === undefined) throw new Error('the server told no address')
  return url
}

function hintsFor({ command, latencyMs, rateBitsPerSecond }: CliOptions): string {
  const hints = ['Stop it with Ctrl+C.']
  if (latencyMs === undefined && rateBitsPerSecond === undefined)
    hints.push('A slow network: --latency 50 --rate 20')
  if (command === 'preview') hints.push('A Linux guest: npm run guest:linux, then reload the page')
  return hints.map((hint) => `  ${hint}`).join('\n')
}

async function stop(server: RunningServer): Promise<void> {
  process.exitCode = 0 // Vite's own handler has made it 143
  // Open disk reads and kept connections would keep the server up for seconds.
  setTimeout(() => process.exit(), 1000).unref()
  await server.close()
  process.exit()
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`)
    process.exit(2)
  }
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
