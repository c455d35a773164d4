import { DiskCacheError } from '../core/errors.ts'
import type { ResolvedOptions } from '../core/options.ts'
import type { DiskStore } from '../storage/disk-store.ts'

/** Decides whether there is room, before the browser has to say no. */
export interface SpaceGuard {
  /**
   * @throws {DiskCacheError} `quota-exceeded` when `bytes` more would go over the budget.
   */
  assertRoom(bytes: number): Promise<void>
  /** The most bytes that sectorcache stores. */
  budgetBytes(): Promise<number>
}

/** The share of the browser's quota that `budget=auto` takes. */
const autoShare = 0.8

/** How long a measurement is good enough: it costs milliseconds. */
const measurementMs = 10_000

interface Measurement {
  /** Against a budget in bytes: what we have stored. Against `auto`: what the whole site uses. */
  readonly used: number
  readonly budget: number
}

/** Makes a {@link SpaceGuard} that follows the option in force. */
export function createSpaceGuard(
  wanted: () => ResolvedOptions['budget'],
  store: Pick<DiskStore, 'storedBytes'>,
): SpaceGuard {
  let latest: { measured: Measurement; atMs: number; wanted: unknown } | undefined
  let storedSince = 0

  async function measure(): Promise<Measurement> {
    const limit = wanted()
    if (limit !== 'auto') return { used: await store.storedBytes(), budget: limit }
    const { usage = 0, quota = Infinity } = await navigator.storage.estimate()
    return { used: usage, budget: Math.floor(quota * autoShare) }
  }

  async function current(): Promise<Measurement> {
    const nowMs = performance.now()
    const isFresh = latest?.wanted === wanted() && nowMs - latest.atMs < measurementMs
    if (latest === undefined || !isFresh) {
      latest = { measured: await measure(), atMs: nowMs, wanted: wanted() }
      storedSince = 0
    }
    return latest.measured
  }

  return {
    budgetBytes: async () => (await current()).budget,
    async assertRoom(bytes) {
      const { used, budget } = await current()
      if (used + storedSince + bytes > budget) {
        throw new DiskCacheError(
          'quota-exceeded',
          `The budget of ${budget} bytes is used up. Evict what is not needed, or raise "budget".`,
          { details: { budget, used } },
        )
      }
      storedSince += bytes
    },
  }
}
