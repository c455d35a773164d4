import { expect } from '@playwright/test'

import { test } from '../../faults/fault-test.ts'
import { createHeldFile } from '../../faults/held-file.ts'
import { createAlonePage, runIdleDeath } from '../../faults/run-idle-death.ts'
import { runBodies } from '../../faults/run-bodies.ts'
import { runShellBodies } from '../../faults/run-shell-bodies.ts'

test('no body is cut short without an error when the worker is stopped or replaced in its middle', async ({
  openWorld,
  tally,
  seed,
}) => {
  const world = await openWorld({ store: 'idb', rateBitsPerSecond: 200e6 })
  const { whole, replaced } = await runBodies(world, { seed, bodies: 12, tally })
  // What is stored, and what is read from a worker that was replaced, comes whole.
  expect(whole).toBeGreaterThan(0)
  expect(replaced).toBeGreaterThan(0)
})

test('no file of the page is cut short without an error when the worker is stopped or replaced in its middle', async ({
  openWorld,
  tally,
}) => {
  const file = createHeldFile('/faults/held.bin')
  const world = await openWorld({ store: 'idb', handlers: [file.handler] })
  await runShellBodies(world, { file, faults: ['stop', 'update', 'stop'], tally })
})

test('a file of the page that a stopped worker had not begun to answer comes whole from the next one', async ({
  openWorld,
  tally,
}) => {
  const file = createHeldFile('/faults/held.bin', 'headers')
  let requests = 0
  const world = await openWorld({
    store: 'idb',
    handlers: [
      ({ url }, _response, next) => {
        if (url?.startsWith(file.path) === true) requests++
        next()
      },
      file.handler,
    ],
  })
  const { whole } = await runShellBodies(world, { file, faults: ['stop', 'stop'], tally })
  expect(whole).toBe(2)
  // Of the stopped worker, and of the next one.
  expect(requests).toBe(4)
})

test('a worker that the browser ends for idleness has lost nothing, and cut nothing short', async ({
  openWorld,
  tally,
}) => {
  const alone = createAlonePage()
  const world = await openWorld({ store: 'idb', handlers: alone.handlers })
  await runIdleDeath(world, { alone, holdMs: 0, tally })
})
