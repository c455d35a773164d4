/**
 * Reads a `Cache-Control` header (RFC 9111 section 5.2), of a request or a response: directive names in lower
 * case, with their arguments, unquoted; `''` where there is none. Of a directive that comes twice the first stands (section 4.2.1).
 */
export function parseCacheControl(value: string | null | undefined): Map<string, string> {
  const directives = new Map<string, string>()
  if (!value) return directives
  // Commas in quoted arguments separate nothing.
  const matches = value.matchAll(/([^\s,="]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g)
  for (const [, name = '', quoted, token] of matches) {
    const known = name.toLowerCase()
    if (directives.has(known)) continue
    directives.set(known, quoted?.replace(/\\(.)/g, '$1') ?? token ?? '')
  }
  return directives
}
