const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/**
 * How long ago something was: `just now`, `5 minutes ago`, `yesterday`.
 *
 * @param atMs - milliseconds since the epoch.
 * @param nowMs - the same; a clock that was set back counts as now.
 */
export function formatAge(atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs
  for (const [unit, unitMs] of units) {
    if (ageMs >= unitMs) return relative.format(-Math.floor(ageMs / unitMs), unit)
  }
  return 'just now'
}
