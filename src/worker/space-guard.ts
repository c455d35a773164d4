import type { ByteRange } from '../core/byte-range.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import { runsTouching } from '../core/chunk-runs.ts'
import { DiskCacheError } from '../core/errors.ts'
import type { ResolvedOptions } from '../core/options.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
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
   * The browser had no room for `bytes`, whatever the budget says: gives up more than that, and remembers how much there
   * was room for.
   *
   * @returns whether it is worth another try.
   */
  relieve(bytes: number): Promise<boolean>
  /** The most bytes that sectorcache stores. */
  budgetBytes(): Promise<number>
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

/** A prefetch that has not asked for its next step after so long was aborted. */
const keptMs = 5_000

interface Measurement {
  /** What we have stored. */
  readonly used: number
  /** What had been stored by this worker when that was looked up: what it stored later may not be in it. */
  readonly storedBefore: number
  readonly budget: number
}

/** Makes a {@link SpaceGuard}. */
export function createSpaceGuard(ports: SpacePorts): SpaceGuard {
  const { wanted, scope, store, log, announceChange } = ports
  const kept = new Map<string, { ranges: readonly ByteRange[]; untilMs: number }>()
  let latest: { measured: Measurement; atMs: number; wanted: unknown } | undefined
  /** Bytes that were stored in this worker's life, and that are being stored. */
  let [stored, underWay] = [0, 0]
  let freeing: Promise<unknown> = Promise.resolve()

  async function measure(): Promise<Measurement> {
    const storedBefore = stored
    const [used, { quotaHint }] = await Promise.all([
      store.storedBytes(),
      store.settings.options(scope),
    ])
    const isKnown = quotaHint !== undefined && Date.now() - quotaHint.at < hintMs
    const limit = wanted()
    const budget = limit === 'auto' ? await autoBudget(used) : limit
    return { used, storedBefore, budget: isKnown ? Math.min(budget, quotaHint.bytes) : budget }
  }

  async function current(): Promise<Measurement> {
    const nowMs = performance.now()
    const isFresh = latest?.wanted === wanted() && nowMs - latest.atMs < measurementMs
    if (latest === undefined || !isFresh) {
      latest = { measured: await measure(), atMs: nowMs, wanted: wanted() }
    }
    return latest.measured
  }

  /** One after the other: two that look for room at a time would give up the same, or twice as much. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = freeing.then(work)
    freeing = done.catch(() => undefined)
    return done
  }

  async function free(bytes: number, isUrgent: boolean): Promise<void> {
    // What was read in the last seconds is not cold.
    await store.flushUses().catch(() => undefined)
    const [ranks, pins] = await Promise.all([rankGenerations(store), store.pins.list()])
    const freed = await store.free({
      bytes,
      ranks,
      keptOf: memoize((record) => keptRuns(record, pins.get(record.url) ?? [])),
    })
    await store.sweep(isUrgent)
    for (const { record, chunks, bytes: gone } of freed) {
      const { url, id } = record
      log.emit({ type: 'evicted', url, generation: id, chunks, bytes: gone })
      announceChange(url)
    }
    latest = undefined
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
    const missing = async (): Promise<number> => {
      const { used, budget, storedBefore } = await current()
      return used + stored - storedBefore + underWay + bytes - budget
    }
    // What was stored since may be what was there already, and take no room.
    if ((await missing()) > 0) latest = undefined
    const more = await missing()
    if (more > 0) {
      const { used, budget } = await current()
      await free(Math.max(more, Math.min(budget * batch.share, batch.maxBytes)), false)
      if ((await missing()) > 0) throw noRoom(used, budget)
    }
    underWay += bytes
  }

  const guard: SpaceGuard = {
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
    relieve: (bytes) =>
      inTurn(async () => {
        const [used, { usage = 0, quota = 0 }] = await Promise.all([
          store.storedBytes(),
          navigator.storage.estimate(),
        ])
        // What else this site stores is not ours to give up.
        if (used < bytes) return false
        const quotaHint = { bytes: used, at: Date.now() }
        await free(2 * bytes + Math.max(0, usage - quota), true)
        await store.settings
          .updateOptions(scope, (known) => ({ ...known, quotaHint }))
          .catch(() => undefined)
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
