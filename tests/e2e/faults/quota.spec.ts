import { runQuotaFailures } from '../../faults/run-quota-failures.ts'
import { test } from '../../faults/fault-test.ts'

for (const store of ['idb', 'opfs'] as const) {
  test(`no read fails or is wrong because the browser gives no more room (${store})`, async ({
    openWorld,
    tally,
    seed,
  }) => {
    // A budget of its own, so that it is the browser that says no.
    const world = await openWorld({ store, attributes: 'data-budget="1GiB"' })
    await runQuotaFailures(world, { seed, failures: 5, tally })
  })
}
