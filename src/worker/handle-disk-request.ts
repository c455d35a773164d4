import { DiskCacheError, toDiskCacheError } from '../core/errors.ts'
import { isSameValidator, readValidator } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import { formatCacheStatus } from '../core/cache-status.ts'
import { problemContentType, toProblem } from '../core/problem.ts'
import type { ReadEvent } from '../protocol/events.ts'
import { answerRead, firstOffset } from './answer-read.ts'
import type { Answer } from './answer-read.ts'
import type { DiskReader } from './disk-reader.ts'
import { extendEvent } from './lifetime.ts'
import type { Lifetime } from './lifetime.ts'
import type { OriginAccess } from './origin-access.ts'
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
  const { request } = event
  const startedMs = performance.now()
  // The answer to such a request must be opaque, and an opaque one is never stored.
  if (request.mode === 'no-cors' && new URL(request.url).origin !== location.origin) {
    return fetch(request)
  }
  const clientId = event.clientId
  const lifetime = extendEvent(event)
  const reader = ports.readerOf(request.url)
  const access: OriginAccess = {
    url: request.url,
    credentials: request.credentials,
    urgency: 'demand',
    lifetime,
  }
  const facts = { url: reader.url, clientId, startedMs }
  try {
    const offset = firstOffset(request)
    const selection = await reader.select({ clientId, offset, access })
    if (selection.kind === 'bypass') {
      const response = await letThrough(request, facts, ports.context)
      await assertSameVersion(response, selection.identity, reader)
      return response
    }
    const { fetcher, isNew } = selection
    const answer = await answerRead({ request, fetcher, access, isNew, startedMs })
    report(answer, facts, { ports, lifetime })
    return answer.response
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

/** What is let through is not stored, but a session must not get two versions all the same. */
async function assertSameVersion(
  response: Response,
  identity: GenerationIdentity | undefined,
  reader: DiskReader,
): Promise<void> {
  if (identity === undefined || (response.status !== 200 && response.status !== 206)) return
  if (isSameValidator(readValidator(response.headers), identity.validator)) return
  const error = reader.reportChange()
  if (error === undefined) return
  await response.body?.cancel()
  throw error
}

async function letThrough(
  request: Request,
  facts: ReadFacts,
  { log }: WorkerContext,
): Promise<Response> {
  try {
    const response = await fetch(request)
    log.read({ ...describe(facts), status: response.status, outcome: 'bypass' })
    return response
  } catch (cause) {
    throw new DiskCacheError(
      'origin-unreachable',
      `${facts.url} cannot be reached, and it may not be stored.`,
      { details: { url: facts.url }, cause },
    )
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
  context.log.read({ ...describe(facts), status, outcome: 'error', code: known.code })
  return new Response(request.method === 'HEAD' ? null : JSON.stringify(problem), {
    status,
    headers: {
      'Content-Type': problemContentType,
      'Cache-Control': 'no-store',
      'Cache-Status': formatCacheStatus({ outcome: 'miss', detail: known.code }),
    },
  })
}

function describe({ url, clientId, startedMs }: ReadFacts): Omit<ReadEvent, 'status' | 'outcome'> {
  const durationMs = performance.now() - startedMs
  return { type: 'read', url, clientId, durationMs, cacheBytes: 0, originBytes: 0 }
}
