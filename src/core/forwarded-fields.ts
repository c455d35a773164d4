/** Header fields of a request, by lower-case name. */
export type RequestFields = Readonly<Record<string, string>>

/** Fields that are ours to set, or the browser's: each request to the origin gets its own. */
const own = new Set([
  'accept-encoding',
  'cache-control',
  'pragma',
  'range',
  'upgrade-insecure-requests',
  'user-agent',
  // v86 asks by this for what each of our requests asks for anyway; across origins it would need a permission.
  'x-accept-encoding',
])

/**
 * The fields of a reader's request that its origin has to see: `Authorization`, and whatever the page's
 * author added. Ranges, conditions and cache directives are left out, as they are answered here; so are those that
 * the browser sets by itself.
 *
 * @param language - the user's, as the browser tells it (`navigator.language`). Chromium shows it as
 * `Accept-Language` in requests of pages, but not of workers, when a debugger has set a locale.
 */
export function forwardedFields(
  headers: Iterable<readonly [string, string]>,
  language: string,
): RequestFields {
  const fields: Record<string, string> = {}
  for (const [name, value] of headers) {
    const isOwn = own.has(name) || name.startsWith('if-') || name.startsWith('sec-')
    const isUsual =
      (name === 'accept' && value === '*/*') ||
      (name === 'accept-language' && value.split(/[,;]/)[0]?.trim() === language)
    if (!isOwn && !isUsual) fields[name] = value
  }
  return fields
}
