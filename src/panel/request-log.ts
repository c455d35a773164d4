import type { ReadOutcome } from '../core/read-counters.ts'
import type { ReadEvent } from '../protocol/events.ts'

/** A read, and when it was heard of. */
export interface LoggedRead extends ReadEvent {
  /** Counts all reads, from 1. */
  readonly number: number
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Which reads are shown. */
export interface RequestFilter {
  /** Empty: all. */
  readonly outcome: ReadOutcome | ''
  /** Part of the URL or the client, in lower case; empty: all. */
  readonly text: string
}

/** The last reads: a ring that takes no more room however many there are. */
export class RequestLog {
  /** All reads that were heard of, those that are forgotten included. */
  count = 0
  readonly #limit: number
  readonly #ring: LoggedRead[] = []

  /** @param limit - reads that are kept. */
  constructor(limit: number = 1000) {
    this.#limit = limit
  }

  /** Adds a read; the oldest one goes. */
  add(read: ReadEvent, at: number): void {
    this.#ring[this.count % this.#limit] = { ...read, at, number: ++this.count }
  }

  /** Those that are kept, newest first. */
  newest(): LoggedRead[] {
    const at = this.count % this.#limit
    return [...this.#ring.slice(at), ...this.#ring.slice(0, at)].toReversed()
  }
}

/** Whether a read is one of those that are shown. */
export function matchesFilter(
  { outcome, url, clientId }: LoggedRead,
  filter: RequestFilter,
): boolean {
  return (
    (filter.outcome === '' || outcome === filter.outcome) &&
    `${url} ${clientId}`.toLowerCase().includes(filter.text)
  )
}
