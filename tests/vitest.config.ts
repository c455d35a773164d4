import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'

import { findChromium } from './support/find-chromium.ts'

/** Tests of what needs no browser do not need to find one: the others then say how to get it. */
const executablePath = await findChromium().catch((error: unknown) => {
  console.warn(String(error))
  return undefined
})

// On disk, and new for each run: incognito contexts keep files in memory, where an old `File` stays readable.
const profile = mkdtempSync(join(tmpdir(), 'sectorcache-profile-'))
process.once('exit', () => rmSync(profile, { recursive: true, force: true, maxRetries: 3 }))

const folders = [
  'core',
  'protocol',
  'origin',
  'worker',
  'device',
  'page',
  'offline',
  'archive',
  'panel',
  'demo',
  'bench',
  'faults',
]

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  cacheDir: '.cache/vitest',
  test: {
    // On a busy machine property tests take their time: this only ends what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: folders.map((folder) => `tests/${folder}/**/*.test.ts`),
          setupFiles: ['tests/worker/newer-globals.ts'],
        },
      },
      {
        extends: true,
        optimizeDeps: { include: ['comlink', 'fast-check', 'idb'] },
        test: {
          name: 'browser',
          include: ['tests/storage/**/*.test.ts', 'tests/browser/**/*.test.ts'],
          // All files share the one profile, and a persistent one cannot be used in parallel.
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: 'chromium' }],
            provider: playwright({
              persistentContext: profile,
              launchOptions: {
                ...(executablePath !== undefined && { executablePath }),
                args: [
                  '--disable-background-networking',
                  '--disable-component-update',
                  '--disable-sync',
                ],
              },
            }),
          },
        },
      },
    ],
  },
})
