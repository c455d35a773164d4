import type { IncomingHttpHeaders } from 'node:http'

/** A request for a disk. Its last fields are filled in while it is answered. */
export interface RequestRecord {
  readonly method: string
  /** Path and query as requested. */
  readonly url: string
  /** The `Range` header. */
  readonly range: string | undefined
  readonly headers: IncomingHttpHeaders
  /** When it came, in milliseconds of the origin's clock. */
  readonly at: number
  /** 0 until the answer begins, and for ever when the connection was reset. */
  status: number
  /** Bytes of the body that went out so far. */
  bytesSent: number
  /** When the answer ended, whole or not. */
  endedAt?: number
}

/** Sums over all requests since the start or the last `reset()`. */
export interface RequestCounters {
  requests: number
  /** Requests that are being answered. */
  open: number
  /** Bytes of bodies. */
  bytesSent: number
}

/** The last requests, and sums over all of them. */
export interface RequestLog {
  /** The oldest first, at most 4096. */
  readonly records: readonly RequestRecord[]
  readonly counters: Readonly<RequestCounters>
  begin(record: RequestRecord): void
  addBytes(record: RequestRecord, byteCount: number): void
  end(record: RequestRecord, at: number): void
  clear(): void
}

const MAX_RECORDS = 4096

/** An empty log. */
export function createRequestLog(): RequestLog {
  const records: RequestRecord[] = []
  const counters: RequestCounters = { requests: 0, open: 0, bytesSent: 0 }
  return {
    records,
    counters,
    begin(record) {
      records.push(record)
      if (records.length > MAX_RECORDS) records.shift()
      counters.requests += 1
      counters.open += 1
    },
    addBytes(record, byteCount) {
      record.bytesSent += byteCount
      counters.bytesSent += byteCount
    },
    end(record, at) {
      record.endedAt = at
      counters.open -= 1
    },
    clear() {
      records.length = 0
      counters.requests = 0
      counters.bytesSent = 0
    },
  }
}
