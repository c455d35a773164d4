import type { DiskCacheEvent } from '../protocol/events.ts'
import { eventChannelName, isOurMessage } from '../protocol/messages.ts'
import type { EventBatch } from '../protocol/messages.ts'

/** Hears what the worker broadcasts. */
export interface EventFeed {
  /** @returns a function that ends the subscription. */
  subscribe(listener: (events: readonly DiskCacheEvent[]) => void): () => void
  close(): void
}

/** Makes the feed of a worker's scope. It listens only while somebody has subscribed. */
export function createEventFeed(scope: string): EventFeed {
  const listeners = new Set<(events: readonly DiskCacheEvent[]) => void>()
  let channel: BroadcastChannel | undefined
  let last: { worker: string; sequence: number } | undefined

  function receive({ data }: MessageEvent<unknown>): void {
    if (!isOurMessage(data) || data.kind !== 'events') return
    const { worker, sequence, events } = data as unknown as EventBatch
    const isGap = last !== undefined && (last.worker !== worker || last.sequence + 1 !== sequence)
    last = { worker, sequence }
    const heard: readonly DiskCacheEvent[] = isGap ? [{ type: 'gap' }, ...events] : events
    for (const listener of listeners) tell(listener, heard)
  }

  function close(): void {
    listeners.clear()
    channel?.close()
    channel = undefined
    last = undefined
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      if (channel === undefined) {
        channel = new BroadcastChannel(eventChannelName(scope))
        channel.addEventListener('message', receive)
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) close()
      }
    },
    close,
  }
}

/** One listener's mistake is reported, and does not keep events from the others. */
function tell(
  listener: (events: readonly DiskCacheEvent[]) => void,
  events: readonly DiskCacheEvent[],
): void {
  try {
    listener(events)
  } catch (error) {
    reportError(error)
  }
}
