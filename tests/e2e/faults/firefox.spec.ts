import { expect } from '@playwright/test'

import { test } from '../../faults/fault-test.ts'
import { createHeldFile } from '../../faults/held-file.ts'
import { runFirefoxBodies, shortLife } from '../../faults/run-firefox-bodies.ts'
import { runShellBodies } from '../../faults/run-shell-bodies.ts'
import { lookForFirefox } from '../../support/find-firefox.ts'

const found = await lookForFirefox()

test.skip(found === undefined, 'No Firefox was found: install firefox-esr, or set FIREFOX.')

test('no body is cut short without an error when Firefox ends or replaces the worker in its middle', async ({
  openWorld,
  tally,
  seed,
}) => {
  const world = await openWorld({ store: 'idb', firefox: shortLife })
  const { broken } = await runFirefoxBodies(world, {
    seed,
    rounds: [
      { how: 'idle', stored: 'half', reader: 'worker' },
      { how: 'idle', stored: 'all', reader: 'page' },
      { how: 'update', stored: 'nothing', reader: 'page' },
    ],
    tally,
  })
  // Pages keep a worker alive that streams, and the browser keeps what it replaces until it has streamed all.
  expect(broken).toBe(0)
})

test('no file of the page is cut short without an error when Firefox ends or replaces the worker in its middle', async ({
  openWorld,
  tally,
}) => {
  const file = createHeldFile('/faults/held.bin')
  const handlers = [file.handler]
  const world = await openWorld({ store: 'idb', handlers, firefox: shortLife })
  await runShellBodies(world, { file, faults: ['idle', 'update'], tally })
})
