import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter'

import { addFaults, createFaultTally, describeFaults } from '../faults/fault-tally.ts'
import type { FaultTally } from '../faults/fault-tally.ts'

/** Under this name a test attaches what it has injected and checked. */
export const faultAttachment = 'faults'

/** Sums over all tests that inject faults, and says at the end what came of it. */
export default class FaultReporter implements Reporter {
  readonly #total = createFaultTally()
  #tests = 0

  onTestEnd(_test: TestCase, { attachments }: TestResult): void {
    for (const { name, body } of attachments) {
      if (name !== faultAttachment || body === undefined) continue
      addFaults(this.#total, JSON.parse(body.toString()) as FaultTally)
      this.#tests++
    }
  }

  onExit(): Promise<void> {
    if (this.#tests > 0) console.log(`\n${describeFaults(this.#total)}`)
    return Promise.resolve()
  }

  printsToStdio(): boolean {
    return false
  }
}
