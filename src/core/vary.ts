import type { RequestFields } from './forwarded-fields.ts'

/**
 * Fields that tell no two readers of one store apart, as far as a worker can know: the browser sets them alike for
 * each request, or does not show them; and ranges are answered here.
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

/** The fields of a request that its response depends on (RFC 9111 section 4.1), sorted. */
export function nominatedNames(vary: string | undefined): string[] {
  return namesIn(vary)
    .filter((name) => !alike.has(name) && !name.startsWith('sec-'))
    .toSorted()
}

/** The values of nominated fields as text: equal for requests that may get the same response, and for no others. */
export function nominatedText(names: readonly string[], request: RequestFields): string {
  return JSON.stringify(names.map((name) => [name, valueOf(request, name)]))
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
