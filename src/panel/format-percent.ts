/**
 * A share as people read it: `0%`, `<0.1%`, `1.4%`, `19%`, `99.9%`, `100%`.
 *
 * Never says 0% of something or 100% of not quite all.
 *
 * @param share - from 0 to 1.
 */
export function formatPercent(share: number): string {
  const percent = share * 100
  if (percent <= 0) return '0%'
  if (percent >= 100) return '100%'
  if (percent < 0.1) return '<0.1%'
  if (percent > 99) return `${Math.min(99.9, Math.floor(percent * 10) / 10)}%`
  return percent < 9.95 ? `${percent.toFixed(1)}%` : `${Math.round(percent)}%`
}
