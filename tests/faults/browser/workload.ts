import type { DiskCacheEvent } from '../../../src/protocol/events.ts'
import { createDice } from '../dice.ts'
import type { Dice } from '../dice.ts'
import { faultDisk } from '../fault-disk.ts'
import { readChecked } from './check-bytes.ts'
import type { CheckedRead, ReadPlan } from './check-bytes.ts'
import { countCatalog } from './count-catalog.ts'
import { downgradeCatalog, versionOfCatalog } from './downgrade-catalog.ts'
import { findOwnerless, makeTombstonesDue } from './find-ownerless.ts'
import { readKept } from './read-kept.ts'
import { clearStorage, spoilChunks } from './spoil-storage.ts'

/** What the page tells the test, as it happens. */
export type WorkloadNews =
  | { readonly kind: 'read'; readonly read: CheckedRead }
  | { readonly kind: 'stored'; readonly generation: string; readonly chunks: readonly number[] }
  | { readonly kind: 'evict'; readonly chunks: readonly number[] }
  /** Something was given up, on the page's word or to make room. */
  | { readonly kind: 'evicted'; readonly generation: string; readonly chunks: number }
  /** A generation came, became something else, or went. */
  | {
      readonly kind: 'generation'
      readonly state: string
      readonly generation: string
      readonly etag?: string
    }
  /** Generations are about to be given up. */
  | { readonly kind: 'invalidate' }
  | { readonly kind: 'problem'; readonly code: string; readonly message: string }
  /** A body is being read, and waits for the test. */
  | { readonly kind: 'paused' }
  /** Asks the test to change the disk at its origin. */
  | { readonly kind: 'change' }
  /** The disk is about to be updated: chunks are taken over. */
  | { readonly kind: 'update' }
  /** A call was refused. */
  | { readonly kind: 'refused'; readonly call: string; readonly code: string }

/** How the page is to use the cache. */
export interface WorkloadPlan {
  readonly seed: number
  /** Operations of each lane. */
  readonly operations: number
  readonly lanes: number
  /** Whether generations are invalidated and the origin changes; or changes, and is taken over from, mostly. */
  readonly changes: boolean | 'updates'
  /** @default true */
  readonly evictions?: boolean
}

/** What the page offers to the test. */
export interface FaultPage {
  /** Uses the cache at random; resolves when all is done. */
  run(plan: WorkloadPlan): Promise<void>
  /** Tells what becomes of the disk, as {@link FaultPage.run} does while it works, until that begins. */
  listen(): Promise<void>
  /** Reads and checks, one after the other. */
  readAll(plans: readonly ReadPlan[]): Promise<CheckedRead[]>
  /** The same in a dedicated worker, all at once. */
  readAllInWorker(plans: readonly ReadPlan[]): Promise<CheckedRead[]>
  /** Lets the browser look for a new service worker; resolves when it has found one. */
  beginUpdate(): Promise<void>
  /** Resolves when that controls this page. */
  hasUpdated(): Promise<void>
  /** Spoils what is stored, with none of the cache's own code. */
  readonly spoilChunks: typeof spoilChunks
  readonly clearStorage: typeof clearStorage
  readonly downgradeCatalog: typeof downgradeCatalog
  readonly findOwnerless: typeof findOwnerless
  readonly readKept: typeof readKept
  readonly countCatalog: typeof countCatalog
  readonly makeTombstonesDue: typeof makeTombstonesDue
  readonly versionOfCatalog: typeof versionOfCatalog
}

declare global {
  var faultPage: FaultPage
  /** Given by the test. Resolves when it has taken note. */
  var tellTest: (news: WorkloadNews) => Promise<void>
}

type Operation = (dice: Dice) => Promise<void>

const { url, sizeBytes, chunkSize } = faultDisk

function tell(news: WorkloadNews): Promise<void> {
  return globalThis.tellTest(news)
}

function rangeOf(dice: Dice, maxBytes: number): { start: number; end: number } {
  const start = dice.below(sizeBytes)
  return { start, end: Math.min(sizeBytes, start + 1 + dice.below(maxBytes)) }
}

async function attempt(call: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { code = String(error) } = error as { code?: string }
    await tell({ kind: 'refused', call, code })
  }
}

const operations: Readonly<Record<string, Operation>> = {
  async read(dice) {
    const maxBytes = dice.oneOf([512, 4096, 128 * 1024, 512 * 1024, 5 * 2 ** 20])
    await tell({ kind: 'read', read: await readChecked({ url, ...rangeOf(dice, maxBytes) }) })
  },
  async prefetch(dice) {
    const ranges = [rangeOf(dice, dice.oneOf([2 ** 20, sizeBytes]))]
    const { ready } = globalThis.sectorcache
    await attempt('prefetch', async () => (await ready).disk(url).prefetch({ ranges }))
  },
  async evict(dice) {
    const range = rangeOf(dice, dice.oneOf([2 ** 19, 2 ** 21, sizeBytes]))
    await tell({ kind: 'evict', chunks: chunksInside(range) })
    const { ready } = globalThis.sectorcache
    await attempt('evict', async () => (await ready).disk(url).evict({ ranges: [range] }))
  },
  async invalidate() {
    await tell({ kind: 'invalidate' })
    const { ready } = globalThis.sectorcache
    await attempt('invalidate', async () => (await ready).disk(url).invalidate())
  },
  change: () => tell({ kind: 'change' }),
  async update(dice) {
    await tell({ kind: 'change' })
    await tell({ kind: 'update' })
    const { ready } = globalThis.sectorcache
    await attempt('update', async () => (await ready).disk(url).update())
    if (dice.below(2) === 0) {
      await attempt('activate', async () => (await ready).disk(url).activate())
    }
  },
}

const often = ['read', 'read', 'read', 'read', 'prefetch', 'read', 'evict', 'read'] as const

async function runLane(
  dice: Dice,
  { operations: count, changes, evictions = true }: WorkloadPlan,
): Promise<void> {
  for (let done = 0; done < count; done++) {
    const isRare = changes !== false && dice.below(changes === 'updates' ? 4 : 12) === 0
    const rare = changes === 'updates' ? 'update' : dice.oneOf(['invalidate', 'change', 'update'])
    const name = isRare ? rare : dice.oneOf(often)
    if (name !== 'evict' || evictions) await operations[name]?.(dice)
  }
}

function chunksInside({ start, end }: { start: number; end: number }): number[] {
  const chunks: number[] = []
  for (let index = Math.ceil(start / chunkSize); index * chunkSize < sizeBytes; index++) {
    if (Math.min((index + 1) * chunkSize, sizeBytes) <= end) chunks.push(index)
  }
  return chunks
}

function passOn(event: DiskCacheEvent): void {
  if (event.type === 'problem') {
    void tell({ kind: 'problem', code: event.code, message: event.message })
  }
  if (event.type === 'evicted') {
    const { generation, chunks } = event
    void tell({ kind: 'evicted', generation, chunks })
  }
  if (event.type === 'generation') {
    const { state, generation, etag } = event
    void tell({ kind: 'generation', state, generation, ...(etag !== undefined && { etag }) })
  }
  if (event.type === 'stored') {
    const { generation, ranges } = event
    void tell({ kind: 'stored', generation, chunks: ranges.flatMap(chunksInside) })
  }
}

async function subscribe(): Promise<() => void> {
  const cache = await globalThis.sectorcache.ready
  return cache.subscribe((events) => events.forEach(passOn))
}

let endListening: () => void = () => undefined

/** Resolves when a new service worker has taken over. */
let taken: Promise<unknown> | undefined

if (typeof document === 'undefined') {
  addEventListener('message', ({ data }: MessageEvent<ReadPlan[]>) => {
    void Promise.all(data.map((plan) => readChecked(plan))).then((seen) => postMessage(seen))
  })
}

globalThis.faultPage = {
  async run(plan) {
    endListening()
    const end = await subscribe()
    const lanes = Array.from({ length: plan.lanes }, (_, lane) =>
      runLane(createDice(plan.seed + lane), plan),
    )
    await Promise.all(lanes)
    end()
  },
  async listen() {
    endListening = await subscribe()
  },
  async readAll(plans) {
    const seen: CheckedRead[] = []
    const pause = (): Promise<void> => tell({ kind: 'paused' })
    for (const plan of plans) seen.push(await readChecked(plan, pause))
    return seen
  },
  readAllInWorker(plans) {
    const worker = new Worker('/faults/workload.js')
    const seen = new Promise<CheckedRead[]>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<CheckedRead[]>) => resolve(data))
      worker.addEventListener('error', ({ message }) => reject(new Error(message)))
    })
    worker.postMessage(plans)
    return seen.finally(() => worker.terminate())
  },
  async beginUpdate() {
    const { serviceWorker } = navigator
    taken = new Promise((resolve) => {
      serviceWorker.addEventListener('controllerchange', resolve, { once: true })
    })
    await (await serviceWorker.getRegistration())?.update()
  },
  async hasUpdated() {
    if (taken === undefined) throw new Error('No update was begun in this page')
    await taken
  },
  spoilChunks,
  clearStorage,
  downgradeCatalog,
  findOwnerless,
  readKept,
  countCatalog,
  makeTombstonesDue,
  versionOfCatalog,
}
