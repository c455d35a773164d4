import { expose } from 'comlink'
import type { Endpoint } from 'comlink'
import { isOurMessage, protocolVersion } from '../protocol/messages.ts'
import type { PageMessage, WorkerMessage } from '../protocol/messages.ts'
import { createWorkerApi } from './create-worker-api.ts'
import type { ApiPorts } from './create-worker-api.ts'
import { createFaultCalls } from './fault-calls.ts'
import { extendEvent } from './lifetime.ts'
import type { StreamKeeper } from './stream-keeper.ts'

declare const self: ServiceWorkerGlobalScope

/** What serving calls needs besides the API. */
export interface CallPorts extends ApiPorts {
  /** The Web Lock that this worker holds for its life, once it has it. */
  readonly lifeLock: Promise<string>
  readonly streams: StreamKeeper
}

type CallMessage = PageMessage & { readonly kind: 'call' }

/**
 * Serves the calls of pages. Each is a `message` event of its own, answered to whoever sent it: a
 * MessagePort would be dead after the worker's next restart.
 */
export function serveCalls(ports: CallPorts): void {
  self.addEventListener('message', (event) => {
    const message: unknown = event.data
    if (!isOurMessage(message) || !(event.source instanceof Client)) return
    if (isOutside(event.source)) return
    // A worker that was restarted answers a ping with 0 streams, and the page stops to send them.
    if (message.kind === 'ping') ports.streams.tell(event.source)
    if (message.kind !== 'call') return
    event.waitUntil(serveCall({ event, client: event.source, ports }, message as CallMessage))
  })
}

/** A page of this origin that the worker does not serve. Frames without a URL of their own are of a page inside. */
function isOutside({ url }: Client): boolean {
  return url.startsWith(location.origin) && !url.startsWith(self.registration.scope)
}

async function serveCall(
  { event, client, ports }: { event: ExtendableMessageEvent; client: Client; ports: CallPorts },
  { call, payload }: CallMessage,
): Promise<void> {
  const send = (message: Omit<WorkerMessage, 'sectorcache'>): void =>
    client.postMessage({ sectorcache: protocolVersion, ...message })
  const lifetime = extendEvent(event)
  send({ kind: 'accepted', call, lock: await ports.lifeLock } as WorkerMessage)
  await ports.options.load()
  const api = {
    ...createWorkerApi(ports, { clientId: client.id, lifetime }),
    ...createFaultCalls(client.id),
  }
  await serveOnce(api, payload, (reply) =>
    send({ kind: 'reply', call, payload: reply } as WorkerMessage),
  )
}

/** Lets Comlink serve one message; resolves when it has answered. */
function serveOnce(
  api: object,
  payload: unknown,
  reply: (payload: unknown) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const endpoint: Endpoint = {
      addEventListener(_type, listener) {
        const message = new MessageEvent('message', { data: payload, origin: self.location.origin })
        if (typeof listener === 'function') listener(message)
        else listener.handleEvent(message)
      },
      removeEventListener: () => undefined,
      postMessage(answer) {
        reply(answer)
        resolve()
      },
    }
    expose(api, endpoint, [self.location.origin])
  })
}
