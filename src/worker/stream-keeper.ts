import { protocolVersion } from '../protocol/messages.ts'
import type { WorkerMessage } from '../protocol/messages.ts'

declare const self: ServiceWorkerGlobalScope

/** Tells pages how many bodies are being streamed to them: while there are any, they keep the worker alive. */
export interface StreamKeeper {
  /** A body begins to be streamed to `clientId`; call the result when it has ended. */
  open(clientId: string): () => void
}

/** Makes the {@link StreamKeeper} of a worker. */
export function createStreamKeeper(): StreamKeeper {
  const openStreams = new Map<string, number>()

  async function change(clientId: string, by: number): Promise<void> {
    const open = (openStreams.get(clientId) ?? 0) + by
    if (open > 0) openStreams.set(clientId, open)
    else openStreams.delete(clientId)
    const message: WorkerMessage = { sectorcache: protocolVersion, kind: 'streams', open }
    const client = await self.clients.get(clientId)
    client?.postMessage(message)
  }

  return {
    open(clientId) {
      void change(clientId, 1)
      return () => void change(clientId, -1)
    },
  }
}
