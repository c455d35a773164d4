import { countRead, createCounters, mergeCounters } from '../core/read-counters.ts'
import type { ReadCounters } from '../core/read-counters.ts'
import type { DiskCacheEvent, ReadEvent } from '../protocol/events.ts'
import { eventChannelName, protocolVersion } from '../protocol/messages.ts'
import type { EventBatch } from '../protocol/messages.ts'
import type { Lifetime } from './lifetime.ts'
import type { SettingsCatalog } from '../storage/settings-catalog.ts'

declare const self: ServiceWorkerGlobalScope

/** Events wait so long for company: a page cannot use them faster. */
const batchMs = 100

/** Figures are written so rarely: at most the last second is lost when the worker is killed. */
const flushMs = 1_000

/** Tells pages what happens, and keeps the figures. */
export interface EventLog {
  emit(event: DiskCacheEvent): void
  /** Counts a read and reports it. While a newer worker is about to take over, `lifetime` lasts until it is written. */
  read(event: ReadEvent, lifetime: Lifetime): void
  /** Counts bytes that an origin sent. */
  countFetch(bytes: { requests: number; bytes: number }): void
  /** Counts bytes that were fetched ahead of readers, and those that somebody wanted afterwards. */
  countAhead(bytes: { aheadBytes: number; usedBytes: number }): void
  /** The figures of all workers, with everything up to now. */
  counters(): Promise<ReadCounters>
  /** Sets all figures to zero, and gives up prefetch jobs. */
  clear(): Promise<void>
}

/** Makes the log of a worker. `worker` is the name of its life, see `EventBatch`. */
export function createEventLog({
  scope,
  worker,
  settings,
}: {
  scope: string
  worker: string
  settings: SettingsCatalog
}): EventLog {
  const channel = new BroadcastChannel(eventChannelName(scope))
  let pending: DiskCacheEvent[] = []
  let sequence = 0
  let unsaved = createCounters()
  let isFlushScheduled = false

  function send(): void {
    const batch: EventBatch = {
      sectorcache: protocolVersion,
      kind: 'events',
      worker,
      sequence: sequence++,
      events: pending,
    }
    pending = []
    channel.postMessage(batch)
  }

  function scheduleFlush(): void {
    if (isFlushScheduled) return
    isFlushScheduled = true
    setTimeout(() => {
      isFlushScheduled = false
      void flush().catch(() => undefined)
    }, flushMs)
  }

  async function flush(): Promise<void> {
    const counters = unsaved
    unsaved = createCounters()
    try {
      await settings.addCounters(counters)
    } catch (error) {
      mergeCounters(unsaved, counters)
      throw error
    }
  }

  function emit(event: DiskCacheEvent): void {
    if (pending.length === 0) setTimeout(send, batchMs)
    pending.push(event)
  }

  self.registration.addEventListener('updatefound', () => void flush().catch(() => undefined))

  return {
    emit,
    read(event, lifetime) {
      countRead(unsaved, event)
      scheduleFlush()
      // A worker that is replaced ends with its last event, and with it the timer.
      const { installing, waiting } = self.registration
      if (installing ?? waiting) void lifetime.keep(flush())
      emit(event)
    },
    countFetch({ requests, bytes }) {
      unsaved.originRequests += requests
      unsaved.fetchedBytes += bytes
      scheduleFlush()
    },
    countAhead({ aheadBytes, usedBytes }) {
      unsaved.aheadBytes += aheadBytes
      unsaved.usedAheadBytes += usedBytes
      scheduleFlush()
    },
    async counters() {
      await flush()
      return settings.counters()
    },
    async clear() {
      unsaved = createCounters()
      await settings.clearWork()
    },
  }
}
