import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import { createDiskCatalog } from './disk-catalog.ts'
import { decodeDiskName } from './disk-name.ts'
import type { DiskSource } from './disk-source.ts'
import { createFaultList, type FaultList } from './fault-list.ts'
import { planRequest } from './plan-request.ts'
import { createRequestLog, type RequestCounters, type RequestRecord } from './request-log.ts'
import { isResetAtOnce, sendAnswer } from './send-answer.ts'
import { createLink, type Shape } from './shape.ts'

/** Handles a request, or passes it on: the form that Connect, Express and Vite use. */
export type Middleware = (
  request: IncomingMessage & { readonly originalUrl?: string | undefined },
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/** What an origin serves, and how. */
export interface DiskOriginOptions {
  /** Folder with disk images; need not exist. */
  readonly folder: string
  /** Path below which the disks are, with slashes at both ends. @default '/disks/' */
  readonly urlPrefix?: string
  /** Delay before the headers of each answer, in milliseconds. @default 0 */
  readonly latencyMs?: number
  /** Rate that all connections share. @default Infinity */
  readonly rateBitsPerSecond?: number
  /** Lets pages of other origins read the disks. @default false */
  readonly cors?: boolean
  /** @default 'no-cache' */
  readonly cacheControl?: string
  /** Disks that go before computed ones and files, by name. May be changed while the origin runs. */
  readonly extraDisks?: ReadonlyMap<string, DiskSource>
  /** Called as each request for a disk comes in, with a record that is filled in later. */
  onRequest?(record: RequestRecord): void
  /** Clock in milliseconds. @default Date.now */
  now?(): number
}

/** An HTTP origin for disk images that keeps to RFC 9110, except where faults are put to work. */
export interface DiskOrigin {
  /** Answers requests below the prefix and passes on the others. */
  readonly middleware: Middleware
  /** What goes wrong; see `faults.ts`. */
  readonly faults: FaultList
  /** Latency and rate, which may be changed. */
  readonly shape: Shape
  /** The last requests for disks, the oldest first. */
  readonly requests: readonly RequestRecord[]
  /** Sums over all requests for disks. */
  readonly counters: Readonly<RequestCounters>
  /** Breaks off what is under way, and forgets faults and requests. */
  reset(): void
}

/**
 * Creates an origin for disks: computed ones (`exerciser.img`, `exerciser-1TiB.img`), those of a folder, and any
 * other `DiskSource`. `GET /disks/` answers with `{ disks: DiskListing[] }`.
 *
 * @example
 * const origin = createDiskOrigin({ folder: 'public/disks', latencyMs: 50, rateBitsPerSecond: 20e6 })
 * createServer((request, response) => origin.middleware(request, response, () => response.end())).listen(0)
 */
export function createDiskOrigin(options: DiskOriginOptions): DiskOrigin {
  const { folder, urlPrefix = '/disks/', extraDisks = new Map(), now = Date.now } = options
  const { latencyMs = 0, rateBitsPerSecond = Infinity } = options
  const { cors = false, cacheControl = 'no-cache' } = options
  const shape: Shape = { latencyMs, rateBitsPerSecond }
  const link = createLink(shape)
  const faults = createFaultList()
  const log = createRequestLog()
  const catalog = createDiskCatalog({ folder, urlPrefix, extraDisks })
  const planOptions = { catalog, cors, cacheControl }
  const running = new Set<AbortController>()

  const answer = async (
    response: ServerResponse,
    record: RequestRecord,
    signal: AbortSignal,
  ): Promise<void> => {
    const path = record.url.slice(urlPrefix.length).replace(/[?#].*$/s, '')
    const name = decodeDiskName(path)
    const isRead = record.method === 'GET' || record.method === 'HEAD'
    if (shape.latencyMs > 0) await sleep(shape.latencyMs, undefined, { signal })
    const source = name !== undefined && isRead ? await catalog.open(name) : undefined
    try {
      const { method, headers } = record
      const plan = await planRequest({ method, headers, path }, source, planOptions)
      const sent = isRead && path !== '' ? faults.apply(plan, { ...record, source }) : plan
      record.status = isResetAtOnce(sent) ? 0 : sent.status
      await sendAnswer(response, sent, {
        source,
        link,
        signal,
        withBody: record.method !== 'HEAD',
        onBytes: (byteCount) => log.addBytes(record, byteCount),
      })
    } finally {
      await source?.close?.()
    }
  }

  const middleware: Middleware = (request, response, next) => {
    const url = request.originalUrl ?? request.url ?? '/'
    if (!url.startsWith(urlPrefix)) {
      next()
      return
    }
    const record = recordOf(request, url, now())
    const controller = new AbortController()
    const { signal } = controller
    response.once('close', () => controller.abort())
    running.add(controller)
    log.begin(record)
    options.onRequest?.(record)
    answer(response, record, signal)
      .catch((error: unknown) => {
        // Bytes that cannot be read must not look like the end of the body.
        if (!signal.aborted) console.error(`${record.method} ${url}:`, error)
        response.destroy()
      })
      .finally(() => {
        running.delete(controller)
        log.end(record, now())
      })
  }

  return {
    middleware,
    faults,
    shape,
    requests: log.records,
    counters: log.counters,
    reset() {
      for (const controller of running) controller.abort()
      faults.clear()
      log.clear()
    },
  }
}

function recordOf(request: IncomingMessage, url: string, at: number): RequestRecord {
  const { method = 'GET', headers } = request
  return { method, url, range: headers.range, headers, at, status: 0, bytesSent: 0 }
}
