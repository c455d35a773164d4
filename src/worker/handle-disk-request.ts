import type { CacheUse } from '../core/cache-use.ts'
import { isDiskCacheError, toDiskCacheError } from '../core/errors.ts'
import { formatCacheStatus } from '../core/cache-status.ts'
import { problemContentType, toProblem } from '../core/problem.ts'
import type { ReadEvent } from '../protocol/events.ts'
import { answerRead, firstOffset } from './answer-read.ts'
import type { Answer } from './answer-read.ts'
import type { DiskReader } from './disk-reader.ts'
import { extendEvent } from './lifetime.ts'
import type { Lifetime } from './lifetime.ts'
import { admitResponse, letThrough } from './let-through.ts'
import { accessOf } from './request-access.ts'
import type { StreamKeeper } from './stream-keeper.ts'
import type { WorkerContext } from './worker-context.ts'

/** What the handling of a disk's requests needs. */
export interface RequestPorts {
  readonly context: WorkerContext
  readonly streams: StreamKeeper
  readonly readerOf: (url: string) => DiskReader
}

/**
 * Answers a GET or HEAD of a disk: from the store, from the origin, or with a 502, 503 or 504 that says what
 * is wrong. Rejects only where the network itself would have: for opaque answers, which are let through.
 */
export async function handleDiskRequest(event: FetchEvent, ports: RequestPorts): Promise<Response> {
  const { request, clientId } = event
  const startedMs = performance.now()
  // The answer to such a request must be opaque, and an opaque one is never stored.
  if (request.mode === 'no-cors' && new URL(request.url).origin !== location.origin) {
    return fetch(request)
  }
  const lifetime = extendEvent(event)
  const reader = ports.readerOf(request.url)
  const access = accessOf(request, lifetime)
  const facts = { url: reader.url, clientId, startedMs }
  const pass = async (isAdmitted: boolean): Promise<Response> => {
    const response = await letThrough(request, reader.url)
    if (isAdmitted) await admitResponse(response, clientId, reader)
    ports.context.log.read({ ...describe(facts), status: response.status, outcome: 'bypass' })
    return response
  }
  const answer = async (use: CacheUse): Promise<Response> => {
    const used = { ...access, use }
    const offset = firstOffset(request)
    const selection = await reader.select({ clientId, offset, access: used })
    if (selection.kind === 'bypass') return pass(selection.identity !== undefined)
    const answered = await answerRead({ ...selection, request, access: used, startedMs })
    report(answered, facts, { ports, lifetime })
    return answered.response
  }
  try {
    if (access.use !== 'bypass') return await answer(access.use)
    return await pass(true).catch(async (error: unknown) => {
      // Without a network, what is stored is better than nothing (RFC 9111 section 4.2.4).
      if (!isDiskCacheError(error) || error.code !== 'origin-unreachable') throw error
      return answer('only-stored').catch(() => Promise.reject(error))
    })
  } catch (error) {
    return refuse(error, request, { facts, context: ports.context })
  }
}

interface ReadFacts {
  readonly url: string
  readonly clientId: string
  readonly startedMs: number
}

function report(
  { response, range, body }: Answer,
  facts: ReadFacts,
  { ports, lifetime }: { ports: RequestPorts; lifetime: Lifetime },
): void {
  const event: ReadEvent = {
    ...describe(facts),
    status: response.status,
    outcome: body?.outcome ?? 'hit',
    ...(range && { range }),
  }
  const bytes = body?.bytes
  if (bytes instanceof Promise) {
    const close = body?.isStream === true ? ports.streams.open(facts.clientId) : undefined
    const ended = bytes.then((known) => {
      close?.()
      ports.context.log.read({ ...event, ...known })
    })
    void lifetime.keep(ended)
  } else {
    ports.context.log.read({ ...event, ...bytes })
  }
}

function refuse(
  error: unknown,
  request: Request,
  { facts, context }: { facts: ReadFacts; context: WorkerContext },
): Response {
  const known = toDiskCacheError(error, 'storage-failed', `Reading ${facts.url} failed`)
  const problem = toProblem(known)
  const { status } = problem
  const retryAfterMs = Number(known.details['retryAfterMs'] ?? 0)
  context.log.read({ ...describe(facts), status, outcome: 'error', code: known.code })
  return new Response(request.method === 'HEAD' ? null : JSON.stringify(problem), {
    status,
    headers: {
      'Content-Type': problemContentType,
      'Cache-Control': 'no-store',
      'Cache-Status': formatCacheStatus({ outcome: 'miss', detail: known.code }),
      ...(retryAfterMs > 0 && { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) }),
    },
  })
}

function describe({ url, clientId, startedMs }: ReadFacts): Omit<ReadEvent, 'status' | 'outcome'> {
  const durationMs = performance.now() - startedMs
  return { type: 'read', url, clientId, durationMs, cacheBytes: 0, originBytes: 0 }
}
