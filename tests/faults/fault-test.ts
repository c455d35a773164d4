import { test as siteTest } from '../support/e2e-test.ts'
import { faultAttachment } from '../support/fault-reporter.ts'
import { createFaultTally } from './fault-tally.ts'
import type { FaultTally } from './fault-tally.ts'
import { openFaultWorld } from './fault-world.ts'
import type { FaultWorld, FaultWorldOptions } from './fault-world.ts'

interface FaultFixtures {
  /** What the test injects and checks: the sum over all tests is printed at the end. */
  readonly tally: FaultTally
  /** Opens a world that is closed after the test. */
  readonly openWorld: (options: FaultWorldOptions) => Promise<FaultWorld>
  /** Decides what is done: another one each time, except where a change is judged by it. */
  readonly seed: number
}

/** The project's `test` for tests that inject faults. */
export const test = siteTest.extend<FaultFixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the parameter's form
  tally: async ({}, use, info) => {
    const tally = createFaultTally()
    await use(tally)
    await info.attach(faultAttachment, { body: JSON.stringify(tally), contentType: 'text/json' })
  },
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the parameter's form
  openWorld: async ({}, use) => {
    const worlds: FaultWorld[] = []
    await use(async (options) => {
      const world = await openFaultWorld(options)
      worlds.push(world)
      return world
    })
    await Promise.all(worlds.map((world) => world.close()))
  },
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the parameter's form
  seed: async ({}, use) => {
    await use(process.env['CI'] === undefined ? Math.floor(Math.random() * 2 ** 31) : 20_261_120)
  },
})
