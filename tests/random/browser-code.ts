import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../../', import.meta.url))

const entries = ['reader', 'page', 'service-worker']

/** Built scripts. Not among the test results: Playwright empties that folder when it starts. */
export interface BrowserCode {
  /** Where they are, below the project's root. */
  readonly folder: string
  remove(): Promise<void>
}

/**
 * Builds the scripts of `tests/random/browser`.
 *
 * @param name - of a folder that no other process uses.
 */
export async function buildBrowserCode(name: string): Promise<BrowserCode> {
  const folder = `.cache/random-${name}`
  await rm(root + folder, { recursive: true, force: true })
  await mkdir(root + folder, { recursive: true })
  for (const entry of entries) {
    await build({
      configFile: false,
      root: `${root}tests/random/browser`,
      logLevel: 'error',
      build: {
        outDir: root + folder,
        emptyOutDir: false,
        minify: false,
        lib: {
          entry: `${entry}.ts`,
          name: 'unused',
          formats: ['iife'],
          fileName: () => `${entry}.js`,
        },
      },
    })
  }
  // Not by importScripts(), which fails in a worker that is stopped while it starts.
  const worker = await readFile(`${root}dist/sectorcache-sw.js`)
  await appendFile(`${root}${folder}/service-worker.js`, worker)
  return { folder, remove: () => rm(root + folder, { recursive: true, force: true }) }
}
