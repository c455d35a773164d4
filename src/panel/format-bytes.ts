const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/**
 * Bytes as people read them: `0 B`, `512 B`, `1.0 KiB`, `12.0 MiB`, `128 MiB`. A no-break space keeps
 * number and unit on one line.
 *
 * @param bytes - not negative.
 */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)}\u00a0B`
  let value = bytes / 1024
  let unit = 0
  // Just below the next unit, rounding would print "1024 KiB".
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${value < 99.95 ? value.toFixed(1) : Math.round(value)}\u00a0${units[unit]}`
}
