import { protocolVersion } from '../protocol/messages.ts'
import type { WorkerMessage } from '../protocol/messages.ts'

declare const self: ServiceWorkerGlobalScope

/**
 * Keeps the worker alive while it streams: pages send pings meanwhile. Firefox ends a worker that has heard nothing for a
 * minute, and a stream with it, as if that were complete. So a stream for which no ping comes is ended before, with
 * an error.
 */
export interface StreamKeeper {
  /** A body begins to be streamed; call the result when it has ended. @param fail - ends it with an error */
  open(fail: () => void): () => void
  /** Tells a page how many there are. */
  tell(client: Client): void
}

/** After so long without an event, Firefox is about to end the worker. */
const silenceMs = 45_000

/** How often it is looked at. */
const stepMs = 5_000

/** Makes the {@link StreamKeeper} of a worker. To be called while its script runs. */
export function createStreamKeeper(): StreamKeeper {
  const streams = new Set<() => void>()
  let heardMs = performance.now()
  let timer: ReturnType<typeof setInterval> | undefined

  for (const type of ['fetch', 'message']) {
    self.addEventListener(type, () => {
      heardMs = performance.now()
    })
  }

  function tell(client: Client): void {
    const message: WorkerMessage = {
      sectorcache: protocolVersion,
      kind: 'streams',
      open: streams.size,
    }
    client.postMessage(message)
  }

  /** All pages: a dedicated worker that reads sends no pings. */
  async function tellAll(): Promise<void> {
    for (const client of await self.clients.matchAll()) tell(client)
  }

  function watch(): void {
    if (performance.now() - heardMs > silenceMs) for (const fail of streams) fail()
  }

  return {
    open(fail) {
      streams.add(fail)
      if (navigator.userAgent.includes('Firefox')) timer ??= setInterval(watch, stepMs)
      void tellAll()
      return () => {
        streams.delete(fail)
        if (streams.size > 0) return
        clearInterval(timer)
        timer = undefined
        void tellAll()
      }
    },
    tell,
  }
}
