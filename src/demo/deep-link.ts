/** What the address of the page asks for: `?disk=linux.img&autoboot`. */
export interface DeepLink {
  /** The guest to choose. */
  readonly disk?: string
  /** Whether to boot it without waiting for a click. */
  readonly autoboot: boolean
}

/** Reads the query of the page's address. */
export function parseDeepLink(search: string): DeepLink {
  const query = new URLSearchParams(search)
  const disk = query.get('disk')
  return { autoboot: query.has('autoboot'), ...(disk === null ? {} : { disk }) }
}
