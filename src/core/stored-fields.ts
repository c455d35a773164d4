/** Header fields of a stored response, by lower-case name, and when they came. */
export interface StoredFields {
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  readonly receivedAt: number
}

/**
 * Brings stored header fields up to a newer response of the same version (RFC 9111 section 3.2): each field that
 * the newer one has takes the place of the old one. Its `Age` is its own: without one, it is new.
 */
export function updateFields(
  stored: Readonly<Record<string, string>>,
  newer: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { age: _outdated, ...others } = stored
  return { ...others, ...newer }
}
