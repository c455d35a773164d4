import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The folder below the project's root that has `workbox.js` in it once it is built. */
export const workerFolder = 'tests/.results/bench'

/** Bundles the worker that has only Workbox in it, as a site would for its users: minified, for production. */
export async function buildWorkboxWorker(): Promise<void> {
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: workerFolder,
      emptyOutDir: false,
      copyPublicDir: false,
      lib: {
        entry: `${root}tests/bench/workers/workbox.js`,
        formats: ['iife'],
        name: 'workboxWorker',
        fileName: () => 'workbox.js',
      },
    },
  })
}
