import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  outputDir: '.results',
  // A guest takes a core; this leaves the other one to the browser and the server.
  workers: 2,
  // Boots take 10 to 60 s each on a shared core, and minutes on a busy machine. Nothing passes or fails by time: this only
  // ends what hangs.
  timeout: 1_200_000,
  expect: { timeout: 600_000 },
  use: { actionTimeout: 200_000 },
  // What fails once and not again is told apart from what passes: see run-tests.ts.
  retries: process.env['CI'] === undefined ? 0 : 1,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [
    ['list'],
    ['./support/fault-reporter.ts'],
    ...(process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] ? [['json'] as const] : []),
  ],
})
