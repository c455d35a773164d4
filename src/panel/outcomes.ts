import type { ReadOutcome } from '../core/read-counters.ts'

/** How reads end, and what that means. */
export const outcomes: readonly { readonly outcome: ReadOutcome; readonly label: string }[] = [
  { outcome: 'hit', label: 'from the cache' },
  { outcome: 'partial', label: 'in part' },
  { outcome: 'miss', label: 'from the network' },
  { outcome: 'bypass', label: 'passed through' },
  { outcome: 'error', label: 'failed' },
]
