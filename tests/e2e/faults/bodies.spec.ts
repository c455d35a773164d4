import { expect } from '@playwright/test'

import { test } from '../../faults/fault-test.ts'
import { runBodies } from '../../faults/run-bodies.ts'

test('no body is cut short without an error when the worker is stopped or replaced in its middle', async ({
  openWorld,
  tally,
  seed,
}) => {
  const world = await openWorld({ store: 'idb', rateBitsPerSecond: 200e6 })
  const { whole } = await runBodies(world, { seed, bodies: 12, tally })
  // What is stored, and what is read from a worker that was replaced, comes whole.
  expect(whole).toBeGreaterThan(0)
})
