/** A whole number in groups of three: `2,048`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en')
}

/**
 * A number with its noun: `1 chunk`, `2,048 chunks`.
 *
 * @param noun - the singular; the plural is made with an s.
 */
export function formatCounted(count: number, noun: string): string {
  return `${formatCount(count)}\u00a0${noun}${count === 1 ? '' : 's'}`
}
