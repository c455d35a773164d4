import { runCorruptions } from '../../faults/run-corruptions.ts'
import { test } from '../../faults/fault-test.ts'

for (const store of ['idb', 'opfs'] as const) {
  test(`chunks that are cut, deleted or altered behind our back are not served as good (${store})`, async ({
    openWorld,
    tally,
    seed,
  }) => {
    const world = await openWorld({ store })
    await runCorruptions(world, { seed, corruptions: 20, tally })
  })
}
