import type { DiskChunks, RankedChunk, VerifyReport } from '../protocol/api.ts'
import type { DiskCacheEvent } from '../protocol/events.ts'
import { createCoalescer } from './coalescer.ts'
import type { Coalescer } from './coalescer.ts'
import { DiskActivity } from './disk-activity.ts'
import { mapModelOf } from './map-model.ts'
import type { MapModel } from './map-model.ts'
import type { PanelSnapshot, PanelSource } from './panel-source.ts'
import { RequestLog } from './request-log.ts'
import { TrafficLog } from './traffic-log.ts'

/** Least time between two snapshots, and between two looks at the chunks. */
const intervals = { snapshotMs: 300, chunksMs: 1500 }

/** The element that shows it. */
type StoreHost = Element & { requestUpdate(): void; nextFrame(): Promise<unknown> }

/** What {@link PanelStore} tells its element. */
export interface StoreHooks {
  onEvents(events: readonly DiskCacheEvent[]): void
  onError(error: unknown): void
}

/**
 * All that the views show. It takes a snapshot of its source when events come, at most every 300 ms, and none at all
 * while nobody can see the element.
 */
export class PanelStore {
  /** The last snapshot that could be had. */
  snapshot: PanelSnapshot | undefined
  requests: RequestLog = new RequestLog()
  traffic: TrafficLog = new TrafficLog()
  /** By the id of a version. */
  readonly #activities = new Map<string, DiskActivity>()
  readonly #chunks = new Map<string, DiskChunks>()
  /** What takes room, in the order in which it would go. */
  evictionOrder: readonly RankedChunk[] = []
  #wanted = ''
  readonly #host: StoreHost
  readonly #hooks: StoreHooks
  /** Of one stay in a page: what waits for a frame of a window that was closed waits for ever. */
  #snapshots: Coalescer | undefined
  #looks: Coalescer | undefined
  #source: PanelSource | undefined
  #unsubscribe: (() => void) | undefined
  #observer: IntersectionObserver | undefined

  constructor(host: StoreHost, hooks: StoreHooks) {
    this.#host = host
    this.#hooks = hooks
  }

  /** Its element is in a page. */
  connect(): void {
    const snapshots = createCoalescer(() => this.#take(), intervals.snapshotMs)
    const looks = createCoalescer(() => this.#look(), intervals.chunksMs)
    this.#snapshots = snapshots
    this.#looks = looks
    // Off the screen, nothing is looked at.
    this.#observer = new IntersectionObserver((entries) => {
      const change = entries.at(-1)?.isIntersecting ? 'resume' : 'pause'
      snapshots[change]()
      looks[change]()
    })
    this.#observer.observe(this.#host)
    this.#subscribe()
  }

  /** It is in none any more. */
  disconnect(): void {
    this.#observer?.disconnect()
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#snapshots?.pause()
    this.#looks?.pause()
    this.#snapshots = this.#looks = undefined
  }

  /** Shows another source; what is known of the last one is forgotten. */
  follow(source: PanelSource | undefined): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#source = source
    this.snapshot = undefined
    this.evictionOrder = []
    this.#activities.clear()
    this.#chunks.clear()
    this.requests = new RequestLog()
    this.traffic = new TrafficLog()
    if (this.#host.isConnected) this.#subscribe()
  }

  /** Asks for a snapshot soon. */
  refresh(): void {
    if (this.#source === undefined) return
    this.#snapshots?.request()
    if (this.#wanted !== '') this.#looks?.request()
  }

  /**
   * What is looked at besides: it costs as much as is stored.
   *
   * @param what - a disk, whose chunks are shown; `order`, or nothing.
   */
  want(what: string): void {
    if (what === this.#wanted) return
    this.#wanted = what
    if (what !== '') this.#looks?.request()
  }

  /** The chunks of a disk, as far as they are known; `undefined` while its size is not. */
  modelOf(wanted: string): MapModel | undefined {
    const disk = this.snapshot?.disks.find(({ url }) => url === wanted)
    const version = this.#versionOf(wanted, 'active')
    return disk && version && mapModelOf(disk, version, this.#chunks.get(wanted))
  }

  /** What a verification found bad, and did not repair. */
  noteDamage({ url, bad, repairedBytes }: VerifyReport): void {
    if (repairedBytes > 0) return
    for (const { generation, ranges } of bad) {
      this.#versionOf(url, generation)?.damage(ranges)
    }
  }

  /** @param wanted - the id of a version, or `active`. */
  #versionOf(url: string, wanted: string): DiskActivity | undefined {
    const disk = this.snapshot?.disks.find((it) => it.url === url)
    const found = disk?.generations.find(({ id, state }) => id === wanted || state === wanted)
    if (found === undefined) return undefined
    const { id, size: sizeBytes, chunkSize } = found
    const activity = this.#activities.get(id) ?? new DiskActivity({ sizeBytes, chunkSize })
    this.#activities.set(id, activity)
    return activity
  }

  #subscribe(): void {
    if (this.#source === undefined || this.#unsubscribe !== undefined) return
    this.#unsubscribe = this.#source.subscribe((events) => {
      this.#note(events)
      this.#hooks.onEvents(events)
      this.refresh()
      this.#host.requestUpdate()
    })
    this.refresh()
  }

  #note(events: readonly DiskCacheEvent[]): void {
    const nowMs = performance.now()
    const now = Date.now()
    for (const event of events) {
      if (event.type === 'gap') this.#activities.forEach((activity) => activity.forgetArriving())
      if (event.type === 'read') {
        this.requests.add(event, now)
        this.traffic.add(event, nowMs)
      }
      if (event.type !== 'read' && event.type !== 'stored' && event.type !== 'fetching') continue
      const version = this.#versionOf(
        event.url,
        event.type === 'read' ? 'active' : event.generation,
      )
      if (version === undefined) continue
      if (event.type === 'stored') version.stored(event.ranges)
      else if (event.type === 'fetching') version.fetching(event.ranges, nowMs)
      else if (event.range !== undefined) version.read(event.range)
    }
  }

  #take(): Promise<void> {
    return this.#ask(async (source) => {
      const snapshot = await source.snapshot()
      return () => {
        // By when they were seen first, not by use: a card must not move away under the pointer.
        const known = this.snapshot?.disks.map(({ url }) => url) ?? []
        const seen = known.flatMap((url) => snapshot.disks.find((disk) => disk.url === url) ?? [])
        const disks = [...new Set([...seen, ...snapshot.disks])]
        this.snapshot = { ...snapshot, disks }
      }
    })
  }

  #look(): Promise<void> {
    const wanted = this.#wanted
    return this.#ask(async (source) => {
      if (wanted === '') return () => undefined
      if (wanted === 'order') {
        const order = await source.evictionOrder()
        return () => {
          this.evictionOrder = order
        }
      }
      const chunks = await source.chunks(wanted)
      return () => this.#chunks.set(wanted, chunks)
    })
  }

  /** What comes from a source that is not shown any more is not taken. */
  async #ask(work: (source: PanelSource) => Promise<() => unknown>): Promise<void> {
    const source = this.#source
    if (source === undefined) return
    try {
      // A window that nobody sees has no frames.
      await this.#host.nextFrame()
      const take = await work(source)
      if (source !== this.#source) return
      take()
      this.#host.requestUpdate()
    } catch (error) {
      if (source === this.#source) this.#hooks.onError(error)
    }
  }
}
