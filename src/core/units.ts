const sizeUnits: Record<string, number> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

const durationUnits: Record<string, number> = {
  '': 1,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/**
 * Reads a size such as `1MiB`, `500 MB` or `4096`.
 *
 * @returns whole bytes, or `undefined` if it is not a size.
 */
export function parseSizeBytes(value: string | number): number | undefined {
  return parseQuantity(value, sizeUnits)
}

/**
 * Reads a duration such as `30s`, `250ms`, `30d`, or a number of milliseconds.
 *
 * @returns milliseconds, or `undefined` if it is not a duration.
 */
export function parseDurationMs(value: string | number): number | undefined {
  return parseQuantity(value, durationUnits)
}

function parseQuantity(value: string | number, units: Record<string, number>): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(String(value))
  const unit = units[(match?.[2] ?? '').toLowerCase()]
  if (match === null || unit === undefined) return undefined
  const quantity = Math.round(Number(match[1]) * unit)
  return Number.isSafeInteger(quantity) ? quantity : undefined
}
