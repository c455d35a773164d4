/** What was injected and checked, over all cycles. */
export interface FaultTally {
  kills: number
  quotaFailures: number
  /** What came of these: how often something made room, and otherwise which write was given up. */
  quotaKinds: Record<string, number>
  corruptions: number
  powerLosses: number
  /** Bytes of answers that were compared with what they should be. */
  checkedBytes: number
  /** Chunks that were reported stored, and were gone after a fault that must not take them: 0. */
  lostChunks: number
  /** How often the browser itself threw its database away after a kill, and said so: see decision 17. */
  resets: number
}

/** A tally of nothing. */
export function createFaultTally(): FaultTally {
  return {
    kills: 0,
    quotaFailures: 0,
    quotaKinds: {},
    corruptions: 0,
    powerLosses: 0,
    checkedBytes: 0,
    lostChunks: 0,
    resets: 0,
  }
}

/** Adds `more` to `tally`. */
export function addFaults(tally: FaultTally, more: Partial<FaultTally>): void {
  for (const key of Object.keys(tally) as (keyof FaultTally)[]) {
    if (key !== 'quotaKinds') tally[key] += more[key] ?? 0
  }
  for (const [kind, count] of Object.entries(more.quotaKinds ?? {})) {
    tally.quotaKinds[kind] = (tally.quotaKinds[kind] ?? 0) + count
  }
}

/** A tally as one line for people. */
export function describeFaults(tally: FaultTally): string {
  const { kills, quotaFailures, quotaKinds, corruptions, powerLosses } = tally
  const { checkedBytes, lostChunks, resets } = tally
  const kinds = Object.entries(quotaKinds).map(([kind, count]) => `${count} × ${kind}`)
  const injected = [
    `${kills} kills`,
    `${quotaFailures} quota failures${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`,
    `${corruptions} corruptions`,
    ...(powerLosses > 0 ? [`${powerLosses} power losses`] : []),
    ...(resets > 0 ? [`${resets} databases thrown away by the browser`] : []),
  ]
  const mebibytes = (checkedBytes / 2 ** 20).toFixed(0)
  return (
    `faults: ${injected.join(', ')}; ${mebibytes} MiB checked; ` +
    `chunks lost beyond those in flight: ${lostChunks}`
  )
}
