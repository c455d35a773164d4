import { mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A script of the fault suites' pages, built. */
export interface FaultPageCode {
  /** Where it is, below the project's root. */
  readonly folder: string
  remove(): Promise<void>
}

/**
 * Builds `browser/workload.ts`. Not among the test results: Playwright empties that folder when it starts.
 *
 * @param name - of a folder that nobody else uses at the same time.
 */
export async function buildFaultPage(name: string): Promise<FaultPageCode> {
  const folder = `.cache/faults-${name}`
  await mkdir(root + folder, { recursive: true })
  await build({
    configFile: false,
    root: `${root}tests/faults/browser`,
    logLevel: 'error',
    build: {
      outDir: root + folder,
      emptyOutDir: true,
      minify: false,
      lib: {
        entry: 'workload.ts',
        name: 'unused',
        formats: ['iife'],
        fileName: () => 'workload.js',
      },
    },
  })
  return { folder, remove: () => rm(root + folder, { recursive: true, force: true }) }
}
