import { runRandomPrograms } from '../random/run-programs.ts'
import { describeTally } from '../random/tally.ts'
import { expect, test } from '../support/e2e-test.ts'

test('random programs find nothing', async () => {
  // Others each time, except where a change is judged by it. A failure names the seed, and how to run it again.
  const isJudged = process.env['CI'] !== undefined
  const seed = isJudged ? 20_261_120 : Math.floor(Math.random() * 2 ** 31)
  const { tally, failure } = await runRandomPrograms({ runs: 40, seed, minutes: 1 })
  console.log(describeTally(tally))
  expect(failure, failure).toBeUndefined()
  expect(tally.checkedBytes).toBeGreaterThan(0)
})
