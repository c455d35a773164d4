/** What was done, over all programs. */
export interface Tally {
  runs: number
  operations: number
  reads: number
  /** Bytes of disks that were compared with what they should be. */
  checkedBytes: number
  /** Answers by status and code, and how those ended that have none. */
  readonly answers: Map<string, number>
  versions: number
  workerStops: number
  /** Answers of origins that were spoiled. */
  faultHits: number
  /** Tabs that Chromium ended when a worker was stopped (docs/decisions/0007). */
  crashes: number
  /** The same, of the whole browser. */
  browserEnds: number
  /** Reads that failed after all was mended, and came through when they were repeated. */
  recoveries: number
  /** Requests to origins. */
  originRequests: number
}

/** A tally of nothing. */
export function createTally(): Tally {
  return {
    runs: 0,
    operations: 0,
    reads: 0,
    checkedBytes: 0,
    answers: new Map(),
    versions: 0,
    workerStops: 0,
    faultHits: 0,
    crashes: 0,
    browserEnds: 0,
    recoveries: 0,
    originRequests: 0,
  }
}

/** Counts an answer. */
export function countAnswer({ answers }: Tally, kind: string): void {
  answers.set(kind, (answers.get(kind) ?? 0) + 1)
}

/** A tally as lines for people. */
export function describeTally(tally: Tally): string {
  const answers = [...tally.answers]
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${count} ${kind}`)
  return [
    `programs       ${tally.runs}, of ${tally.operations} operations`,
    `bytes checked  ${(tally.checkedBytes / 2 ** 20).toFixed(0)} MiB, in ${tally.reads} reads`,
    `answers        ${answers.join(', ')}`,
    `versions       ${tally.versions}`,
    `worker stops   ${tally.workerStops}; Chromium ended the tab ${tally.crashes} times by it, and itself ${tally.browserEnds} times`,
    `faults         ${tally.faultHits}, in ${tally.originRequests} requests to origins`,
    `late           ${tally.recoveries} reads came through only when they were repeated`,
  ].join('\n')
}
