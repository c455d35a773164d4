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

/**
 * Whether a response depends on what the author of this very request has set (RFC 9111 section 4.1): then it is not
 * the one that requests without such fields get.
 */
export function variesBy(vary: string | undefined, request: RequestFields): boolean {
  return namesIn(vary).some((name) => !alike.has(name) && request[name] !== undefined)
}

function namesIn(vary: string | undefined): string[] {
  return (vary ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}
