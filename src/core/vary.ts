import type { RequestFields } from './forwarded-fields.ts'

/**
 * Fields that never tell two readers of one store apart: the browser sets them, alike for each request, or does
 * not show them; and ranges are answered here.
 */
const alike = new Set([
  'accept-encoding',
  'cookie',
  'host',
  'origin',
  'range',
  'referer',
  'user-agent',
])

/** Whether `Vary` says that no other request may ever get this response (RFC 9111 section 4.1). */
export function variesByEverything(vary: string | undefined): boolean {
  return namesIn(vary).includes('*')
}

/**
 * The fields of a request that its response depends on (RFC 9111 section 4.1), with the values that they had;
 * `undefined` if it depends on none.
 */
export function nominatedFields(
  vary: string | undefined,
  request: RequestFields,
): RequestFields | undefined {
  const nominated = namesIn(vary).filter((name) => !alike.has(name) && !name.startsWith('sec-'))
  if (nominated.length === 0) return undefined
  return Object.fromEntries(nominated.map((name) => [name, valueOf(request, name)]))
}

/** Whether a response to a request with the fields `nominated` may answer `request` too. */
export function matchesVary(nominated: RequestFields | undefined, request: RequestFields): boolean {
  return Object.entries(nominated ?? {}).every(([name, value]) => valueOf(request, name) === value)
}

/** White space between list elements means nothing (RFC 9111 section 4.1). */
function valueOf(request: RequestFields, name: string): string {
  return (request[name] ?? '')
    .split(',')
    .map((element) => element.trim())
    .join(',')
}

function namesIn(vary: string | undefined): string[] {
  return (vary ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}
