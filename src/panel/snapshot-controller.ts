import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { DiskCacheEvent } from '../protocol/events.ts'
import { createCoalescer } from './coalescer.ts'
import type { Coalescer } from './coalescer.ts'
import type { PanelSnapshot, PanelSource } from './panel-source.ts'

/** Least time between two snapshots. */
const snapshotIntervalMs = 300

/** What {@link SnapshotController} tells its element. */
export interface SnapshotHooks {
  onEvents(events: readonly DiskCacheEvent[]): void
  onError(error: unknown): void
}

/**
 * Keeps a recent snapshot of a source: takes one when events come, at most every 300 ms, and none at all
 * while nobody can see the element.
 */
export class SnapshotController implements ReactiveController {
  /** The last snapshot that could be had. */
  snapshot: PanelSnapshot | undefined
  readonly #host: ReactiveControllerHost & Element
  readonly #hooks: SnapshotHooks
  readonly #coalescer: Coalescer = createCoalescer(() => this.#take(), snapshotIntervalMs)
  #source: PanelSource | undefined
  #unsubscribe: (() => void) | undefined
  #observer: IntersectionObserver | undefined
  #onScreen = true

  constructor(host: ReactiveControllerHost & Element, hooks: SnapshotHooks) {
    this.#host = host
    this.#hooks = hooks
    host.addController(this)
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#followVisibility)
    this.#observer = new IntersectionObserver((entries) => {
      this.#onScreen = entries.at(-1)?.isIntersecting ?? true
      this.#followVisibility()
    })
    this.#observer.observe(this.#host)
    this.#followVisibility()
    this.#subscribe()
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#followVisibility)
    this.#observer?.disconnect()
    this.#observer = undefined
    this.#onScreen = true
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#coalescer.pause()
  }

  /** Shows another source; what is known of the last one is forgotten. */
  follow(source: PanelSource | undefined): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#source = source
    this.snapshot = undefined
    if (this.#host.isConnected) this.#subscribe()
  }

  /** Asks for a snapshot soon. */
  refresh(): void {
    if (this.#source !== undefined) this.#coalescer.request()
  }

  #subscribe(): void {
    if (this.#source === undefined || this.#unsubscribe !== undefined) return
    this.#unsubscribe = this.#source.subscribe((events) => {
      this.#hooks.onEvents(events)
      this.refresh()
    })
    this.refresh()
  }

  readonly #followVisibility = (): void => {
    if (this.#onScreen && document.visibilityState === 'visible') this.#coalescer.resume()
    else this.#coalescer.pause()
  }

  async #take(): Promise<void> {
    const source = this.#source
    try {
      const snapshot = await source?.snapshot()
      if (source !== this.#source) return
      this.snapshot = snapshot
      this.#host.requestUpdate()
    } catch (error) {
      if (source === this.#source) this.#hooks.onError(error)
    }
  }
}
