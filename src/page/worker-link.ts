import { wrap } from 'comlink'
import type { Endpoint, Remote } from 'comlink'
import { DiskCacheError } from '../core/errors.ts'
import type { RawTuningOptions } from '../core/parse-options.ts'
import { installErrorHandler } from '../protocol/error-handler.ts'
import { isOurMessage, protocolVersion } from '../protocol/messages.ts'
import type { PageMessage, WorkerMessage } from '../protocol/messages.ts'
import type { WorkerApi } from '../protocol/worker-api.ts'
import { aborted } from './aborted.ts'
import { askedLast, keepAsked } from './asked-options.ts'
import { mayResend, rejectionOf, workerTimeout } from './pending-calls.ts'
import type { CallPayload, PendingCall } from './pending-calls.ts'

/** Calls to the worker that survive its death. */
export interface WorkerLink {
  readonly api: Remote<WorkerApi>
  /** Hears how many bodies are being streamed to this page. */
  onStreams(listener: (open: number) => void): void
  /** Sends a ping, which keeps the worker alive. */
  ping(): void
  /** Asks for options, also of a later worker that does not know any more. Rejects as `WorkerApi.configure`. */
  configure(asked: RawTuningOptions): Promise<void>
  /** Calls under way reject with `aborted`. */
  close(): void
}

/** A call that no worker has accepted after so long is sent again, or given up. */
const acceptMs = 10_000

/**
 * Links this page with the worker of `registration`.
 *
 * Messages wake a stopped worker. Each call is acknowledged with the name of a Web Lock that the worker holds
 * for its life: when the page gets that lock, the worker is dead, and its open calls are sent again or
 * rejected with `worker-timeout` (DESIGN section 3.3).
 */
export function linkWorker(registration: ServiceWorkerRegistration): WorkerLink {
  installErrorHandler()
  const pending = new Map<string, PendingCall>()
  const closing = new AbortController()
  const watched = new Set<string>()
  let receive: ((message: MessageEvent) => void) | undefined
  let streamsListener: ((open: number) => void) | undefined

  function post(
    message: Omit<PageMessage & { kind: 'call' }, 'sectorcache'> | { kind: 'ping' },
  ): void {
    const worker = registration.active ?? registration.waiting ?? registration.installing
    if (worker === null) throw noWorker()
    worker.postMessage({ sectorcache: protocolVersion, ...message })
  }

  function send(call: PendingCall): void {
    const { payload } = call
    call.sent++
    delete call.lock
    clearTimeout(call.timer)
    call.timer = setTimeout(() => retry(call), acceptMs)
    try {
      post({ kind: 'call', call: payload.id, payload })
    } catch (error) {
      reject(call, toCallError(error))
    }
  }

  function retry(call: PendingCall): void {
    if (!pending.has(call.payload.id)) return
    if (mayResend(call)) send(call)
    else reject(call, workerTimeout(call.payload))
  }

  function settle(id: string, reply: unknown): void {
    clearTimeout(pending.get(id)?.timer)
    pending.delete(id)
    receive?.(new MessageEvent('message', { data: reply }))
  }

  function reject({ payload }: PendingCall, error: DiskCacheError): void {
    settle(payload.id, rejectionOf(payload, error))
  }

  function accept(id: string, lock: string): void {
    const call = pending.get(id)
    if (call === undefined) return
    clearTimeout(call.timer)
    call.lock = lock
    if (!watched.has(lock)) void watchLife(lock)
  }

  /** Waits for the death of the worker that holds `lock`. */
  async function watchLife(lock: string): Promise<void> {
    watched.add(lock)
    try {
      const options = { mode: 'shared', signal: closing.signal } as const
      await navigator.locks.request(lock, options, () => undefined)
    } catch {
      // It cannot be waited for; calls that are open now are not sent again.
      if (!closing.signal.aborted) watched.delete(lock)
      return
    }
    watched.delete(lock)
    for (const call of pending.values()) if (call.lock === lock) retry(call)
  }

  function onMessage({ data, ports }: MessageEvent<unknown>): void {
    if (!isOurMessage(data)) return
    const message = data as WorkerMessage
    if (message.kind === 'accepted') accept(message.call, message.lock)
    else if (message.kind === 'reply' && pending.has(message.call))
      settle(message.call, message.payload)
    else if (message.kind === 'streams') streamsListener?.(message.open)
    else if (message.kind === 'options' && message.scope === registration.scope)
      ports[0]?.postMessage(askedLast(message.scope))
  }

  const endpoint: Endpoint = {
    addEventListener(_type, listener) {
      receive = (message) =>
        typeof listener === 'function' ? listener(message) : listener.handleEvent(message)
    },
    removeEventListener() {
      receive = undefined
    },
    postMessage(payload: CallPayload) {
      const call: PendingCall = { payload, sent: 0 }
      pending.set(payload.id, call)
      if (closing.signal.aborted) reject(call, aborted('The call'))
      else send(call)
    },
  }
  navigator.serviceWorker.addEventListener('message', onMessage)
  navigator.serviceWorker.startMessages()
  const api = wrap<WorkerApi>(endpoint)
  return {
    api,
    onStreams(listener) {
      streamsListener = listener
    },
    ping() {
      try {
        post({ kind: 'ping' })
      } catch {
        // There is no worker to be kept alive any more.
      }
    },
    async configure(asked) {
      await api.configure(asked)
      keepAsked(registration.scope, asked)
    },
    close() {
      closing.abort()
      for (const call of pending.values()) reject(call, aborted('The call'))
      navigator.serviceWorker.removeEventListener('message', onMessage)
    },
  }
}

function toCallError(error: unknown): DiskCacheError {
  if (error instanceof DiskCacheError) return error
  if (!(error instanceof DOMException) || error.name !== 'DataCloneError') return noWorker(error)
  return new DiskCacheError(
    'invalid-option',
    'An argument cannot be sent to the worker: pass plain objects and arrays.',
    { cause: error },
  )
}

function noWorker(cause?: unknown): DiskCacheError {
  return new DiskCacheError(
    'not-registered',
    'The service worker of this page is gone: it was unregistered, or site data was cleared. Reload it.',
    { cause },
  )
}
