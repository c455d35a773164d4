const imfFixdate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
const rfc850Date = /^[A-Z][a-z]+, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/
const asctimeDate = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/

/**
 * Reads an HTTP date in any of its three forms (RFC 9110 section 5.6.7).
 *
 * @returns milliseconds since the epoch, or `NaN` for anything else, even if `Date.parse` would take it.
 */
export function parseHttpDate(value: string | null | undefined): number {
  const text = value?.trim() ?? ''
  if (imfFixdate.test(text) || rfc850Date.test(text)) return Date.parse(text)
  return asctimeDate.test(text) ? Date.parse(`${text} GMT`) : NaN
}
