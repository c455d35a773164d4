/** An entity tag (RFC 9110 section 8.8.3). `opaque` has no quotes. */
export interface EntityTag {
  readonly opaque: string
  readonly weak: boolean
}

const entityTag = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/

/** Reads one entity tag; `undefined` if `text` is not one, to the letter of RFC 9110 section 8.8.3. */
export function parseEntityTag(text: string): EntityTag | undefined {
  const match = entityTag.exec(text.trim())
  return match === null ? undefined : { opaque: match[2] ?? '', weak: match[1] !== undefined }
}

/**
 * Reads the value of `If-Match` or `If-None-Match`: `'*'` or a list. Elements that are no entity
 * tags are left out, empty ones too (RFC 9110 section 5.6.1.2).
 */
export function parseEntityTagList(text: string): '*' | EntityTag[] {
  if (text.trim() === '*') return '*'
  const tags: EntityTag[] = []
  // Commas inside quotes separate nothing.
  for (const [element] of text.matchAll(/(?:[^,"]|"[^"]*"?)+/g)) {
    const tag = parseEntityTag(element)
    if (tag !== undefined) tags.push(tag)
  }
  return tags
}

/** Strong comparison (RFC 9110 section 8.8.3.2): equal, and neither is weak. */
export function matchesStrongly(a: EntityTag, b: EntityTag): boolean {
  return !a.weak && !b.weak && a.opaque === b.opaque
}

/** Weak comparison (RFC 9110 section 8.8.3.2): equal, whether weak or not. */
export function matchesWeakly(a: EntityTag, b: EntityTag): boolean {
  return a.opaque === b.opaque
}
