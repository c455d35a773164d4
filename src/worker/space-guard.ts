import type { ByteRange } from '../core/byte-range.ts'
import { DiskCacheError } from '../core/errors.ts'
import type { ResolvedOptions } from '../core/options.ts'
import type { StoredCount } from '../storage/count-stored.ts'
import { createTurns } from './create-turns.ts'
import { createRoomMaker, keptMs } from './room-maker.ts'
import type { RoomPorts } from './room-maker.ts'
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
   * @param storer - tells who stores what: two pages may import the same disk.
   * @throws {DiskCacheError} `quota-exceeded` when everything else is to stay.
   */
  grant(storer: string, bytes: number): Promise<void>
  /** The most bytes that sectorcache stores. */
  budgetBytes(): Promise<number>
  /** Counts what is stored, and tells the most that may be. */
  measure(): Promise<StoredCount & { readonly budget: number }>
  /** A disk is being prefetched: these bytes must not go for the rest of them. To be said by each step; nothing, at its end. */
  keep(url: string, ranges: readonly ByteRange[]): void
}

/** What {@link createSpaceGuard} works with. */
export interface SpacePorts extends RoomPorts {
  /** The option in force. */
  readonly wanted: () => ResolvedOptions['budget']
  readonly scope: string
}

/** What `budget=auto` takes at the most, and of what the browser says it would give: it has not measured that. */
const auto = { bytes: 16 * 2 ** 30, share: 0.8 }

/** How long a measurement is good enough: it costs milliseconds. */
const measurementMs = 10_000

/** So long the browser is believed to have no more room than it had once. */
const hintMs = 3_600_000

/** What is given up at a time: looking for it costs the same for few bytes as for many. */
const batch = { share: 1 / 32, maxBytes: 32 * 2 ** 20 }

/** How often what is stored is counted for one write, at the most. */
const maxCounts = 3

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
  const { wanted, scope, store } = ports
  const room = createRoomMaker(ports)
  /** What pages may be storing by themselves: to be called when they surely have. */
  const grants = new Map<string, () => void>()
  let latest: Measurement | undefined
  /** Bytes that were stored in this worker's life, and that are being stored. */
  let [stored, underWay] = [0, 0]

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

  /** Two that look for room at a time would give up the same, or twice as much. */
  const inTurn = createTurns()

  async function reserve(bytes: number): Promise<void> {
    const now = await current()
    const { budget } = now
    let { used, storedBefore } = now
    const over = (): number => used + stored - storedBefore + underWay + bytes - budget
    // What was stored since may have been there already, and take no room; and something may have gone: it is counted anew.
    for (let tries = 0; over() > 0 && tries < maxCounts; tries++) {
      if (tries > 0 && stored === storedBefore) break
      used = await room.free(() => {
        storedBefore = stored
        return (before) => {
          used = before
          // What was stored while it was counted may be in it twice: nothing goes for that, unless it never comes to rest.
          const twice = tries < maxCounts - 1 ? stored - storedBefore : 0
          return over() > twice
            ? Math.max(over(), Math.min(budget * batch.share, batch.maxBytes))
            : 0
        }
      }, store.sweep)
      latest = latest && { ...latest, used, storedBefore }
    }
    if (over() > 0) throw noRoom(used, budget)
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
    async grant(storer, bytes) {
      grants.get(storer)?.()
      await inTurn(() => reserve(bytes))
      // A page may import a disk twice at a time.
      grants.get(storer)?.()
      const settle = (): void => {
        if (grants.get(storer) !== settle) return
        grants.delete(storer)
        underWay -= bytes
        stored += bytes
      }
      grants.set(storer, settle)
      setTimeout(settle, keptMs)
    },
    relieve(bytes) {
      const seen = room.sweeps
      return inTurn(async () => {
        // What was given up earlier, and would be deleted soon, costs nobody anything.
        const swept = await room.sweepInTime(store.sweepAll)
        // There will be room when that is done: nothing that is wanted goes for it.
        if (swept === 'passed') return true
        const isAlone = room.sweeps === seen + 1
        const { usage = 0, quota = 0 } = await navigator.storage.estimate()
        let used = 0
        await room.free(
          () => (before) => {
            used = before
            // What else this site stores is not ours to give up.
            return used < bytes ? 0 : 2 * bytes + Math.max(0, usage - quota)
          },
          store.sweepAll,
        )
        if (used < bytes) return swept.tombstones > 0
        // It had room for what was not deleted yet, too. If more was deleted since, nobody knows how much.
        if (isAlone) {
          const quotaHint = { bytes: used + swept.bytes, at: Date.now() }
          await store.settings
            .updateOptions(scope, (known) => ({ ...known, quotaHint }))
            .catch(() => undefined)
        }
        latest = undefined
        return true
      })
    },
    keep: room.keep,
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
