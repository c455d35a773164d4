/** Requests whose answers decide whether a page or worker is cross-origin isolated. */
const isolatedDestinations: ReadonlySet<string> = new Set([
  'document',
  'iframe',
  'frame',
  'worker',
  'sharedworker',
])

/** Whether {@link isolate} has something to do. */
export function isIsolatable({ destination, mode }: Request): boolean {
  return mode === 'navigate' || isolatedDestinations.has(destination)
}

/**
 * Adds the headers that make a page cross-origin isolated, for hosts that cannot send them (HTML section 7.1.3). What the
 * host sends stands. Where `credentialless` is known, files of other origins need nothing; Safari wants
 * `require-corp`, and from other origins only what has CORP or CORS.
 *
 * @param userAgent - tells Safari from the others: there is nothing else to tell it by in a worker.
 */
export function isolate(response: Response, userAgent: string): Response {
  const { status, statusText, body } = response
  // Opaque ones are not ours to read.
  if (status === 0) return response
  const headers = new Headers(response.headers)
  const embedder = /Chrom|Firefox/.test(userAgent) ? 'credentialless' : 'require-corp'
  for (const [name, value] of [
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ['Cross-Origin-Embedder-Policy', embedder],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
  ] as const) {
    if (!headers.has(name)) headers.set(name, value)
  }
  return new Response(body, { status, statusText, headers })
}
