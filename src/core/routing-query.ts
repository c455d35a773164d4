/** What pages may put into a worker's query, as written. */
export interface RoutingTexts {
  /** Absolute patterns, separated by white space. */
  readonly disks: string
  readonly shell?: string | undefined
  readonly coi?: string | undefined
  readonly keyParams?: string | undefined
}

/** In their canonical order, with the text that need not be written. */
const written = [
  ['disks', 'disks', ''],
  ['shell', 'shell', 'auto'],
  ['coi', 'coi', 'off'],
  ['key-params', 'keyParams', ''],
] as const

/**
 * Writes the options that decide which requests a worker takes as its query. Pages that mean the same write the same, or they
 * would replace each other's worker. The worker itself judges what is written.
 */
export function routingQuery(texts: RoutingTexts): string {
  const query = new URLSearchParams()
  for (const [attribute, name, usual] of written) {
    const words = splitWords(texts[name] ?? usual).join(' ')
    if (words !== usual) query.append(attribute, words)
  }
  return query.toString()
}

/** Words that white space separates. */
export function splitWords(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
