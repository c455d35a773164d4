import { relative } from 'node:path'

/** How the tests of one runner ended. */
export interface Tally {
  readonly passed: number
  readonly skipped: number
  /** What failed: file, name, and the first line of the error, one line each. */
  readonly failed: readonly string[]
  /** What failed at first and passed when repeated, in the same way. */
  readonly repeated: readonly string[]
}

/** What is read of Vitest's JSON report. */
interface VitestReport {
  readonly numPassedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages?: readonly string[] | null
    }[]
  }[]
}

/** What is read of Playwright's JSON report. */
interface PlaywrightReport {
  readonly suites: readonly PlaywrightSuite[]
  readonly errors: readonly { readonly message?: string }[]
  readonly stats: { readonly expected: number; readonly flaky: number; readonly skipped: number }
}

interface PlaywrightSuite {
  readonly suites?: readonly PlaywrightSuite[]
  readonly specs: readonly {
    readonly title: string
    readonly file: string
    readonly tests: readonly {
      readonly status: string
      readonly results: readonly { readonly error?: { readonly message?: string } }[]
    }[]
  }[]
}

/** Reads Vitest's JSON report. */
export function readVitestReport(report: VitestReport): Tally {
  const failed = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name)
    const tests = assertionResults
      // One that is pending did not come to its end: its process died.
      .filter((test) => ['failed', 'pending'].includes(test.status))
      .map((test) => describe(file, test.fullName, test.failureMessages?.[0]))
    // A file that does not even load has no test that failed.
    return tests.length === 0 && status === 'failed' ? [describe(file, '', message)] : tests
  })
  return {
    passed: report.numPassedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failed,
    repeated: [],
  }
}

/** What went wrong outside of all tests is in no report: only the exit code tells. */
export function judgeByCode(tally: Tally, runner: string, code: number): Tally {
  const isTold = code === 0 || tally.failed.length > 0
  return isTold
    ? tally
    : { ...tally, failed: [`${runner} ended with exit code ${code}: see above`] }
}

/** Reads Playwright's JSON report. */
export function readPlaywrightReport({ suites, errors, stats }: PlaywrightReport): Tally {
  const ended = (status: string): string[] => suites.flatMap((suite) => listTests(suite, status))
  return {
    passed: stats.expected + stats.flaky,
    skipped: stats.skipped,
    failed: [
      ...ended('unexpected'),
      ...errors.map(({ message }) => describe('playwright', '', message)),
    ],
    repeated: ended('flaky'),
  }
}

function listTests(suite: PlaywrightSuite, status: string): string[] {
  const own = suite.specs.flatMap(({ file, title, tests }) =>
    tests
      .filter((test) => test.status === status)
      .map(({ results }) =>
        describe(file, title, results.find(({ error }) => error)?.error?.message),
      ),
  )
  return [...own, ...(suite.suites ?? []).flatMap((inner) => listTests(inner, status))]
}

function describe(file: string, name: string, error = 'no message'): string {
  const [firstLine = ''] = error.trim().split('\n')
  return [file, name, firstLine].filter((part) => part !== '').join(' › ')
}
