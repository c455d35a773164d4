import { updateFields } from '../core/stored-fields.ts'
import type { StoredFields } from '../core/stored-fields.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'

/** The origin's header fields for a generation, of its newest response (RFC 9110 section 15.3.7.3). */
export interface NewestFields {
  readonly current: StoredFields
  /** The origin has sent newer ones. */
  freshen(newer: StoredFields): void
}

/** Begins with what the catalog has. */
export function createNewestFields(record: GenerationRecord): NewestFields {
  let current: StoredFields = {
    headers: record.headers,
    receivedAt: record.receivedAt ?? record.createdAt,
  }
  return {
    get current() {
      return current
    },
    freshen(newer) {
      if (newer.receivedAt < current.receivedAt) return
      current = { ...newer, headers: updateFields(current.headers, newer.headers) }
    },
  }
}
