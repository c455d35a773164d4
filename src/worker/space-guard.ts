import type { ByteRange } from '../core/byte-range.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import { runsTouching } from '../core/chunk-runs.ts'
import { DiskCacheError } from '../core/errors.ts'
import type { ResolvedOptions } from '../core/options.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { StoredCount } from '../storage/count-stored.ts'
import type { DiskStore } from '../storage/disk-store.ts'
import type { EventLog } from './event-log.ts'
import { rankGenerations } from './rank-generations.ts'
import { withRoom } from './with-room.ts'

/** Sees to it that there is room, before the browser has to say no, and after it has. */
export interface SpaceGuard {
  /**
   * Stores `bytes` with `write`. Gives up what is needed least before, if they would go over the budget; and after, if the
   * browser has no room for them, and tries once more.
   *
   * @throws {DiskCacheError} `quota-exceeded` when everything else is to stay; and whatever `write` throws.
   */
  store<Result>(bytes: number, write: () => Promise<Result>): Promise<Result>
  /**
   * The browser had no room for `bytes`, whatever the budget says: deletes what was given up before, gives up more than that,
   * and remembers how much there was room for.
   *
   * @returns whether it is worth another try.
   */
  relieve(bytes: number): Promise<boolean>
  /**
   * A page is about to store `bytes` of a disk by itself: gives up what is needed least, if they would go over the budget. They
   * count as being stored until it asks again, for five seconds at the most.
   *
   * @param url - the key of the disk.
   * @throws {DiskCacheError} `quota-exceeded` when everything else is to stay.
   */
  grant(url: string, bytes: number): Promise<void>
  /** The most bytes that sectorcache stores. */
  budgetBytes(): Promise<number>
  /** Counts what is stored, and tells the most that may be. */
  measure(): Promise<StoredCount & { readonly budget: number }>
  /** A disk is being prefetched: these bytes must not go for the rest of them. To be said by each step; nothing, at its end. */
  keep(url: string, ranges: readonly ByteRange[]): void
}

/** What {@link createSpaceGuard} works with. */
export interface SpacePorts {
  /** The option in force. */
  readonly wanted: () => ResolvedOptions['budget']
  readonly scope: string
  readonly store: DiskStore
  readonly log: Pick<EventLog, 'emit'>
  readonly announceChange: (url: string) => void
}

/** What `budget=auto` takes at the most, and of what the browser says it would give: it has not measured that. */
const auto = { bytes: 16 * 2 ** 30, share: 0.8 }

/** How long a measurement is good enough: it costs milliseconds. */
const measurementMs = 10_000

/** So long the browser is believed to have no more room than it had once. */
const hintMs = 3_600_000

/** What is given up at a time: looking for it costs the same for few bytes as for many. */
const batch = { share: 1 / 32, maxBytes: 32 * 2 ** 20 }

/** A prefetch that has not asked for its next step after so long was aborted, and an import has stored what it has room for. */
const keptMs = 5_000

interface Measurement {
  /** What we have stored. */
  readonly used: number
  /** What had been stored by this worker when that was looked up: what it stored later may not be in it. */
  readonly storedBefore: number
  readonly budget: number
  /** When the budget was worked out, and for which option. */
  readonly atMs: number
  readonly limit: ResolvedOptions['budget']
}

/** Makes a {@link SpaceGuard}. */
export function createSpaceGuard(ports: SpacePorts): SpaceGuard {
  const { wanted, scope, store, log, announceChange } = ports
  const kept = new Map<string, { ranges: readonly ByteRange[]; untilMs: number }>()
  /** What pages may be storing by themselves, by disk: to be called when they surely have. */
  const grants = new Map<string, () => void>()
  let latest: Measurement | undefined
  /** Bytes that were stored in this worker's life, and that are being stored. */
  let [stored, underWay] = [0, 0]
  let freeing: Promise<unknown> = Promise.resolve()

  async function measure(): Promise<StoredCount & Measurement> {
    const [storedBefore, atMs, limit] = [stored, performance.now(), wanted()]
    const [count, { quotaHint }] = await Promise.all([
      store.countStored(),
      store.settings.options(scope),
    ])
    const used = count.bytes
    const isKnown = quotaHint !== undefined && Date.now() - quotaHint.at < hintMs
    const most = limit === 'auto' ? await autoBudget(used) : limit
    const budget = isKnown ? Math.min(most, quotaHint.bytes) : most
    latest = { used, storedBefore, budget, atMs, limit }
    return { ...count, ...latest }
  }

  function current(): Measurement | Promise<Measurement> {
    const isFresh = latest?.limit === wanted() && performance.now() - latest.atMs < measurementMs
    return latest !== undefined && isFresh ? latest : measure()
  }

  /** One after the other: two that look for room at a time would give up the same, or twice as much. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = freeing.then(work)
    freeing = done.catch(() => undefined)
    return done
  }

  /**
   * @param wantedOf - tells what is to be freed when so much is stored; see {@link Measurement}.
   * @returns what is stored then.
   */
  async function free(
    wantedOf: (used: number, storedBefore: number) => number,
    isUrgent: boolean,
  ): Promise<number> {
    // What was read in the last seconds is not cold.
    await store.flushUses().catch(() => undefined)
    const [ranks, pins] = await Promise.all([rankGenerations(store), store.pins.list()])
    let bytes = 0
    const storedBefore = stored
    const { storedBytes, evictions } = await store.free({
      wanted: (used) => (bytes = wantedOf(used, storedBefore)),
      ranks,
      keptOf: memoize((record) => keptRuns(record, pins.get(record.url) ?? [])),
    })
    if (bytes > 0) await (isUrgent ? store.sweepAll() : store.sweep())
    for (const { record, chunks, bytes: gone } of evictions) {
      const { url, id } = record
      log.emit({ type: 'evicted', url, generation: id, chunks, bytes: gone })
      announceChange(url)
    }
    return storedBytes
  }

  function keptRuns(
    { url, identity: { sizeBytes }, chunkSize }: GenerationRecord,
    pins: readonly ByteRange[],
  ): ChunkRun[] {
    const { ranges, untilMs } = kept.get(url) ?? { ranges: [], untilMs: 0 }
    const isNow = untilMs > performance.now()
    return runsTouching({ sizeBytes, chunkSize }, isNow ? [...pins, ...ranges] : pins)
  }

  async function reserve(bytes: number): Promise<void> {
    let { used, storedBefore, budget } = await current()
    const over = (): number => used + stored - storedBefore + underWay + bytes - budget
    if (over() > 0) {
      // What was stored since may have been there already, and take no room; and something may have gone: it is counted anew.
      used = await free((before, at) => {
        used = before
        storedBefore = at
        return over() > 0 ? Math.max(over(), Math.min(budget * batch.share, batch.maxBytes)) : 0
      }, false)
      latest = latest && { ...latest, used, storedBefore }
      // What was stored while it was counted may be counted twice.
      if (over() > 0 && stored > storedBefore) ({ used, storedBefore, budget } = await measure())
      if (over() > 0) throw noRoom(used, budget)
    }
    underWay += bytes
  }

  const guard: SpaceGuard = {
    measure,
    budgetBytes: async () => (await current()).budget,
    async store(bytes, write) {
      await inTurn(() => reserve(bytes))
      try {
        const result = await withRoom(guard, bytes, write)
        stored += bytes
        return result
      } finally {
        underWay -= bytes
      }
    },
    async grant(url, bytes) {
      grants.get(url)?.()
      await inTurn(() => reserve(bytes))
      // Two pages may import the same disk.
      grants.get(url)?.()
      const settle = (): void => {
        if (grants.get(url) !== settle) return
        grants.delete(url)
        underWay -= bytes
        stored += bytes
      }
      grants.set(url, settle)
      setTimeout(settle, keptMs)
    },
    relieve: (bytes) =>
      inTurn(async () => {
        // What was given up earlier, and would be deleted soon, costs nobody anything.
        const hasSwept = await store.sweepAll()
        const { usage = 0, quota = 0 } = await navigator.storage.estimate()
        let used = 0
        await free((before) => {
          used = before
          // What else this site stores is not ours to give up.
          return used < bytes ? 0 : 2 * bytes + Math.max(0, usage - quota)
        }, true)
        if (used < bytes) return hasSwept
        const quotaHint = { bytes: used, at: Date.now() }
        await store.settings
          .updateOptions(scope, (known) => ({ ...known, quotaHint }))
          .catch(() => undefined)
        latest = undefined
        return true
      }),
    keep: (url, ranges) => void kept.set(url, { ranges, untilMs: performance.now() + keptMs }),
  }
  return guard
}

async function autoBudget(used: number): Promise<number> {
  const { usage = 0, quota = Infinity } = await navigator.storage.estimate()
  // What others of this site store is theirs.
  const left = Math.max(0, Math.floor(quota * auto.share) - usage)
  return Math.min(auto.bytes, used + left)
}

function noRoom(used: number, budget: number): DiskCacheError {
  return new DiskCacheError(
    'quota-exceeded',
    `The budget of ${budget} bytes is used up, and what is stored is pinned or being prefetched. Unpin or evict ` +
      'what is not needed, or raise "budget".',
    { details: { budget, used } },
  )
}

function memoize<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>()
  return (key) => {
    const value = known.get(key) ?? compute(key)
    known.set(key, value)
    return value
  }
}
