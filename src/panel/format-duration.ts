/**
 * A length of time as people read it: `0.4 ms`, `120 ms`, `9.4 s`, `3 min 20 s`, `2 h 5 min`.
 *
 * @param durationMs - milliseconds, not negative.
 */
export function formatDuration(durationMs: number): string {
  if (durationMs < 9.95) return `${durationMs.toFixed(1)}\u00a0ms`
  if (durationMs < 999.5) return `${Math.round(durationMs)}\u00a0ms`
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(1)}\u00a0s`
  return formatWholeSeconds(Math.round(durationMs / 1000))
}

/**
 * The time that something will still take, without false precision: `5 s left`, `2 min 10 s left`.
 *
 * @param seconds - not negative; rounded up, so that it never says 0 while there is work.
 */
export function formatTimeLeft(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds))
  return `${formatWholeSeconds(whole < 60 ? whole : Math.ceil(whole / 10) * 10)} left`
}

function formatWholeSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds}\u00a0s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return joined(minutes, 'min', seconds % 60, 's')
  return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const head = `${large}\u00a0${largeUnit}`
  return small === 0 ? head : `${head} ${small}\u00a0${smallUnit}`
}
