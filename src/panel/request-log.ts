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
  /** Part of the URL or the client, in any case; empty: all. */
  readonly text: string
}

/** The last reads: they take no more room however many there are. */
export class RequestLog {
  /** All reads that were heard of, those that are forgotten included. */
  count = 0
  readonly #limit: number
  readonly #reads: LoggedRead[] = []

  /** @param limit - reads that are kept. */
  constructor(limit: number = 1000) {
    this.#limit = limit
  }

  /** Adds a read; the oldest one goes. */
  add(read: ReadEvent, at: number): void {
    this.#reads.push({ ...read, at, number: ++this.count })
    if (this.#reads.length > this.#limit) this.#reads.shift()
  }

  /** Those that are kept, newest first. */
  newest(): LoggedRead[] {
    return this.#reads.toReversed()
  }
}

/** Whether a read is one of those that are shown. */
export function matchesFilter(
  { outcome, url, clientId }: LoggedRead,
  filter: RequestFilter,
): boolean {
  return (
    (filter.outcome === '' || outcome === filter.outcome) &&
    `${url} ${clientId}`.toLowerCase().includes(filter.text.toLowerCase())
  )
}
