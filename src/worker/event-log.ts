import { countRead, createCounters, mergeCounters } from '../core/read-counters.ts'
import type { ReadCounters } from '../core/read-counters.ts'
import type { DiskCacheEvent, ReadEvent } from '../protocol/events.ts'
import { eventChannelName, protocolVersion } from '../protocol/messages.ts'
import type { EventBatch } from '../protocol/messages.ts'
import type { SettingsCatalog } from '../storage/settings-catalog.ts'
import type { Lifetime } from './lifetime.ts'
import { startTimer } from './start-timer.ts'

declare const self: ServiceWorkerGlobalScope

/** Events wait so long for company: a page cannot use them faster. */
const batchMs = 100

/**
 * Figures are written so rarely: at most the last second is lost when the worker is killed. Bytes that were fetched keep no event
 * alive: of theirs up to {@link batchMs} is lost also when a worker that is replaced ends with its last event.
 */
const flushMs = 1_000

/** A newer worker that has not taken over after so long is held back by its site, and may be for as long as it likes. */
const heldBackMs = 10_000

/** Tells pages what happens, and keeps the figures. */
export interface EventLog {
  emit(event: DiskCacheEvent): void
  /**
   * Counts a read and reports it. While a newer worker is there, `lifetime` lasts until it is written: at once, or, if that
   * one is held back, together with what else is read in {@link batchMs}.
   */
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
  let scheduled: Promise<void> | undefined
  let newerFoundMs = 0

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

  function isNewerThere(): boolean {
    const { installing, waiting } = self.registration
    return !!(installing ?? waiting)
  }

  /** Resolves when everything up to now was written, or could not be. The newer one must not wait for long. */
  function scheduleFlush(): Promise<void> {
    scheduled ??= startTimer(isNewerThere() ? batchMs : flushMs).passed.then(() => {
      scheduled = undefined
      return flush().catch(() => undefined)
    })
    return scheduled
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

  self.registration.addEventListener('updatefound', () => {
    newerFoundMs = performance.now()
    flush().catch(() => undefined)
  })

  return {
    emit,
    read(event, lifetime) {
      countRead(unsaved, event)
      const written = scheduleFlush()
      // A worker that is replaced ends with its last event, and with it the timer.
      if (isNewerThere()) {
        const isHeldBack = performance.now() - newerFoundMs > heldBackMs
        void lifetime.keep(isHeldBack ? written : flush())
      }
      emit(event)
    },
    countFetch({ requests, bytes }) {
      unsaved.originRequests += requests
      unsaved.fetchedBytes += bytes
      void scheduleFlush()
    },
    countAhead({ aheadBytes, usedBytes }) {
      unsaved.aheadBytes += aheadBytes
      unsaved.usedAheadBytes += usedBytes
      void scheduleFlush()
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
