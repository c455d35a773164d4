import type { GenerationIdentity } from '../core/generation-identity.ts'
import { isDiskCacheError, toDiskCacheError } from '../core/errors.ts'
import { formatCacheStatus } from '../core/cache-status.ts'
import { problemContentType, toProblem } from '../core/problem.ts'
import type { ReadEvent } from '../protocol/events.ts'
import { answerRead, firstOffset } from './answer-read.ts'
import type { Answer } from './answer-read.ts'
import type { DiskReader } from './disk-reader.ts'
import { extendEvent } from './lifetime.ts'
import { notStored } from './request-errors.ts'
import type { OriginAccess } from './origin-access.ts'
import { isOutOfReach } from './is-out-of-reach.ts'
import { admitResponse, assertPassable, letThrough } from './let-through.ts'
import { accessOf } from './request-access.ts'
import type { StreamKeeper } from './stream-keeper.ts'
import type { WorkerContext } from './worker-context.ts'

/** What the handling of a disk's requests needs. */
export interface RequestPorts {
  readonly context: WorkerContext
  readonly streams: StreamKeeper
  readonly readerOf: (url: string) => DiskReader
}

/** A request of a disk that is being answered. */
interface Reading {
  readonly request: Request
  readonly clientId: string
  readonly reader: DiskReader
  readonly access: OriginAccess
  /** When the request came, by `performance.now()`. */
  readonly startedMs: number
  readonly ports: RequestPorts
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
  const access = accessOf(request, extendEvent(event))
  const reader = ports.readerOf(request.url)
  const reading = { request, clientId, reader, access, startedMs, ports }
  try {
    return await answerAsAsked(reading)
  } catch (error) {
    return refuse(error, reading)
  }
}

async function answerAsAsked(reading: Reading): Promise<Response> {
  if (reading.access.use !== 'bypass') return answerNewest(reading)
  try {
    return await pass(reading, {})
  } catch (error) {
    if (!isOutOfReach(error)) throw error
    // Without an origin, what is stored is better than nothing (RFC 9111 section 4.2.4).
    const stored = { ...reading, access: { ...reading.access, use: 'only-stored' } } as const
    return answer(stored).catch(() => Promise.reject(error))
  }
}

/** Where sessions may change over, a reader need not hear that the disk changed: nothing was sent yet. */
async function answerNewest(reading: Reading): Promise<Response> {
  try {
    return await answer(reading)
  } catch (error) {
    const mayChange = reading.ports.context.options.onChange === 'switch'
    if (!mayChange || !isDiskCacheError(error) || error.code !== 'disk-changed') throw error
    return answer(reading)
  }
}

async function answer(reading: Reading): Promise<Response> {
  const { request, clientId, reader, access } = reading
  const selection = await reader.select({ clientId, offset: firstOffset(request), access })
  if (selection.kind === 'bypass') {
    if (access.use === 'only-stored') throw notStored(reader.url)
    return pass(reading, selection)
  }
  const freesRead = reading.ports.context.isAlone
  const answered = await answerRead({ ...reading, ...selection, freesRead })
  const { fetcher } = selection
  if (answered.range) {
    reading.ports.context.bootNotes.note(fetcher.generation.record, clientId, answered.range)
  }
  report(answered, reading)
  return answered.response
}

/** @param selection - what is known of what the network will answer. */
async function pass(
  reading: Reading,
  { identity, isVariant }: { readonly identity?: GenerationIdentity; readonly isVariant?: boolean },
): Promise<Response> {
  const { request, clientId, reader, ports } = reading
  const response = await letThrough(request, reader.url)
  const { status } = response
  try {
    assertPassable(response, request, identity?.sizeBytes)
    // Of another variant, what it shows is no version.
    if (isVariant !== true)
      await admitResponse(response, { clientId, request, reader, hint: identity })
  } catch (error) {
    await response.body?.cancel().catch(() => undefined)
    throw error
  }
  ports.context.log.read(
    { ...describe(reading), status, outcome: 'bypass' },
    reading.access.lifetime,
  )
  return response
}

function report({ response, range, body }: Answer, reading: Reading): void {
  const { access, ports } = reading
  const event: ReadEvent = {
    ...describe(reading),
    status: response.status,
    outcome: body?.outcome ?? 'hit',
    ...(range && { range }),
  }
  const bytes = body?.bytes
  if (bytes instanceof Promise) {
    const close = body?.fail && ports.streams.open(body.fail)
    const ended = bytes.then((known) => {
      close?.()
      ports.context.log.read({ ...event, ...known }, access.lifetime)
    })
    void access.lifetime.keep(ended)
  } else {
    ports.context.log.read({ ...event, ...bytes }, access.lifetime)
  }
}

function refuse(error: unknown, reading: Reading): Response {
  const { reader, request, ports } = reading
  const known = toDiskCacheError(error, 'storage-failed', `Reading ${reader.url} failed`)
  const problem = toProblem(known)
  const { status } = problem
  const retryAfterMs = Number(known.details['retryAfterMs'] ?? 0)
  ports.context.log.read(
    { ...describe(reading), status, outcome: 'error', code: known.code },
    reading.access.lifetime,
  )
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

function describe({
  reader: { url },
  clientId,
  startedMs,
}: Reading): Omit<ReadEvent, 'status' | 'outcome'> {
  const durationMs = performance.now() - startedMs
  return { type: 'read', url, clientId, at: Date.now(), durationMs, cacheBytes: 0, originBytes: 0 }
}
