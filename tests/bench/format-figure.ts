import type { Limit, Row } from './row.ts'

/** A goal as it is read: `≤ 0.75`. */
export function formatLimit(limit: Limit): string {
  return 'atMost' in limit ? `≤ ${limit.atMost}` : `≥ ${limit.atLeast}`
}

/** A number with as many digits as mean something. */
export function formatNumber(value: number): string {
  const size = Math.abs(value)
  if (size > 0 && size < 0.1) return value.toPrecision(2)
  return value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : 2)
}

/** The least and the greatest. */
export function formatSpread([least, greatest]: readonly [number, number]): string {
  return `${formatNumber(least)} – ${formatNumber(greatest)}`
}

/** Adds the day on which something was measured, if that is not the day of the run. */
export function withDate(text: string, ownDate: string | undefined): string {
  return ownDate === undefined ? text : `${text} (${ownDate})`
}

/** The unit of a quantity of a row. */
export function unitOf({ unit = 'ms' }: Row, quantity: string): string {
  return typeof unit === 'string' ? unit : (unit[quantity] ?? 'ms')
}
