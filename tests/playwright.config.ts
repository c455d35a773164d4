import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  outputDir: '.results',
  // A guest takes a core; this leaves the other one to the browser and the server.
  workers: 2,
  // Boots take 10 to 60 s each on a shared core. Nothing passes or fails by time: this only ends what hangs.
  timeout: 300_000,
  expect: { timeout: 120_000 },
  use: { actionTimeout: 60_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [
    ['list'],
    ['./support/fault-reporter.ts'],
    ...(process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] ? [['json'] as const] : []),
  ],
})
