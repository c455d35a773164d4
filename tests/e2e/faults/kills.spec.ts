import { expect } from '@playwright/test'

import { test } from '../../faults/fault-test.ts'
import { judgeLeaks } from '../../faults/judge-leaks.ts'
import { runKills } from '../../faults/run-kills.ts'
import { runMigrationKills } from '../../faults/run-migration-kills.ts'

test('kills of worker, page, storage and browser lose no stored chunk, and nothing wrong is served', async ({
  openWorld,
  tally,
  seed,
}) => {
  const world = await openWorld({ store: 'idb' })
  await runKills(world, { seed, kills: 14, tally })
  expect(tally.lostChunks).toBe(0)
})

test('kills of worker, page, storage and browser let nothing wrong be served out of OPFS', async ({
  openWorld,
  tally,
  seed,
}) => {
  const world = await openWorld({ store: 'opfs' })
  await runKills(world, { seed, kills: 10, tally })
  await judgeLeaks(world)
})

test('kills in the middle of a take-over and of a migration lose nothing, and let nothing wrong be served', async ({
  openWorld,
  tally,
  seed,
}) => {
  const world = await openWorld({ store: 'idb' })
  await runKills(world, { seed, kills: 4, updates: true, tally })
  await judgeLeaks(world)
  await runMigrationKills(world, { seed, kills: 4, tally })
  expect(tally.lostChunks).toBe(0)
})
