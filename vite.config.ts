import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import type { EnvironmentOptions, UserConfigFnObject } from 'vite'
import { declarationsPlugin } from './src/build/declarations-plugin.ts'
import { devWorkerPlugin } from './src/build/dev-worker-plugin.ts'
import { precachePlugin } from './src/build/precache-plugin.ts'
import { publicFilesPlugin } from './src/build/public-files-plugin.ts'
import { shrinkScriptsPlugin } from './src/build/shrink-scripts-plugin.ts'
import { squeezeTemplatesPlugin } from './src/build/squeeze-templates-plugin.ts'
import { trimComlinkPlugin } from './src/build/trim-comlink-plugin.ts'
import { trimLitPlugin } from './src/build/trim-lit-plugin.ts'
import { trimWorkboxPlugin } from './src/build/trim-workbox-plugin.ts'
import { diskOriginPlugin } from './src/demo/server/vite-plugin.ts'

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const demoFolder = path('dist/demo')

/** Everywhere: Workbox and Lit leave their development checks out. */
const define = { 'process.env.NODE_ENV': '"production"' }

/** One self-contained file. */
function bundle(
  source: string,
  { file, format }: { file: string; format: 'iife' | 'es' },
): EnvironmentOptions {
  return {
    consumer: 'client',
    define,
    build: {
      outDir: path(file.replace(/[^/]+$/, '')),
      emptyOutDir: false,
      copyPublicDir: false,
      target: 'es2022',
      license: noticesOf(basename(file)),
      lib: {
        entry: path(source),
        formats: [format],
        name: 'sectorcacheBundle',
        fileName: () => basename(file),
      },
      // Vite leaves the white space in modules, for bundlers; these are not for bundlers.
      rolldownOptions: { output: { minify: true } },
    },
  }
}

/** The licences of what a file contains lie beside it. */
function noticesOf(file: string): { fileName: string } {
  return { fileName: `licenses/${file}.md` }
}

function basename(file: string): string {
  return file.replace(/^.*\//, '')
}

/** Modules for bundlers: dependencies stay imports. */
const library: EnvironmentOptions = {
  consumer: 'client',
  build: {
    outDir: path('dist'),
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2022',
    minify: false,
    lib: {
      formats: ['es'],
      entry: {
        index: path('src/page/index.ts'),
        worker: path('src/worker/index.ts'),
        device: path('src/device/index.ts'),
        panel: path('src/panel/index.ts'),
        'panel/define': path('src/panel/define.ts'),
      },
    },
    rolldownOptions: {
      external: [/^(?:comlink|idb|lit|modern-tar|workbox-)/],
      output: { chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
}

const config: UserConfigFnObject = defineConfig(({ command }) => ({
  base: './',
  appType: 'spa',
  builder: {
    async buildApp(builder) {
      // The demo's worker lists the demo's files, so it comes after them.
      const names = [
        'client',
        'demoWorker',
        'dropIn',
        'dropInWorker',
        'dropInDevice',
        'dropInUpkeep',
        'dropInArchive',
        'dropInOffline',
        'dropInPanel',
        'library',
      ]
      for (const name of names) {
        const environment = builder.environments[name]
        if (environment !== undefined) await builder.build(environment)
      }
    },
  },
  ...(command === 'build' && { define }),
  build: {
    outDir: demoFolder,
    emptyOutDir: true,
    copyPublicDir: false,
    target: 'es2022',
  },
  environments: {
    client: {
      build: {
        license: noticesOf('index.html'),
        rolldownOptions: { input: { index: path('index.html'), panel: path('panel.html') } },
      },
    },
    demoWorker: bundle('src/demo/worker/sw.ts', { file: 'dist/demo/sw.js', format: 'iife' }),
    dropIn: bundle('src/page/drop-in.ts', { file: 'dist/sectorcache.js', format: 'iife' }),
    dropInWorker: bundle('src/worker/drop-in.ts', {
      file: 'dist/sectorcache-sw.js',
      format: 'iife',
    }),
    dropInDevice: bundle('src/device/index.ts', {
      file: 'dist/sectorcache-device.js',
      format: 'es',
    }),
    dropInUpkeep: bundle('src/upkeep/index.ts', {
      file: 'dist/sectorcache-upkeep.js',
      format: 'es',
    }),
    dropInArchive: bundle('src/archive/index.ts', {
      file: 'dist/sectorcache-archive.js',
      format: 'es',
    }),
    dropInOffline: bundle('src/offline/index.ts', {
      file: 'dist/sectorcache-offline.js',
      format: 'es',
    }),
    dropInPanel: bundle('src/panel/drop-in.ts', {
      file: 'dist/sectorcache-panel.js',
      format: 'es',
    }),
    library,
  },
  plugins: [
    diskOriginPlugin(),
    devWorkerPlugin(),
    publicFilesPlugin(path('public')),
    precachePlugin(demoFolder),
    shrinkScriptsPlugin(),
    squeezeTemplatesPlugin(),
    trimComlinkPlugin(),
    trimLitPlugin(),
    trimWorkboxPlugin(),
    declarationsPlugin(path('.cache/types/src'), [
      ['index', 'page/index'],
      ['worker', 'worker/index'],
      ['device', 'device/index'],
      ['panel', 'panel/index'],
      ['panel/define', 'panel/define'],
    ]),
  ],
}))

export default config
