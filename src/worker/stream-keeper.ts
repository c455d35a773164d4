import { protocolVersion } from '../protocol/messages.ts'
import type { WorkerMessage } from '../protocol/messages.ts'

declare const self: ServiceWorkerGlobalScope

/** Tells pages how many bodies are being streamed to them: while there are any, they keep the worker alive. */
export interface StreamKeeper {
  /** A body begins to be streamed to `clientId`; call the result when it has ended. */
  open(clientId: string): () => void
  /** Tells a page how many there are. */
  tell(clientId: string): Promise<void>
}

/** Makes the {@link StreamKeeper} of a worker. */
export function createStreamKeeper(): StreamKeeper {
  const openStreams = new Map<string, number>()

  async function tell(clientId: string): Promise<void> {
    const open = openStreams.get(clientId) ?? 0
    const message: WorkerMessage = { sectorcache: protocolVersion, kind: 'streams', open }
    const client = await self.clients.get(clientId)
    client?.postMessage(message)
  }

  function change(clientId: string, by: number): void {
    const open = (openStreams.get(clientId) ?? 0) + by
    if (open > 0) openStreams.set(clientId, open)
    else openStreams.delete(clientId)
    void tell(clientId)
  }

  return {
    open(clientId) {
      change(clientId, 1)
      return () => change(clientId, -1)
    },
    tell,
  }
}
