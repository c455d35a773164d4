import { DiskCacheError } from '../core/errors.ts'
import type { ResolvedOptions } from '../core/options.ts'

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

/** How long an estimate is good enough: asking costs milliseconds. */
const estimateMs = 10_000

/** Makes a {@link SpaceGuard} that follows the options in force. */
export function createSpaceGuard(budget: () => ResolvedOptions['budget']): SpaceGuard {
  let estimated = { atMs: -Infinity, usage: 0, quota: 0 }
  let storedSince = 0

  async function estimate(): Promise<{ usage: number; quota: number }> {
    if (performance.now() - estimated.atMs > estimateMs) {
      const { usage = 0, quota = Infinity } = (await navigator.storage?.estimate?.()) ?? {}
      estimated = { atMs: performance.now(), usage, quota }
      storedSince = 0
    }
    return { usage: estimated.usage + storedSince, quota: estimated.quota }
  }

  async function budgetBytes(): Promise<number> {
    const wanted = budget()
    return wanted === 'auto' ? Math.floor((await estimate()).quota * autoShare) : wanted
  }

  return {
    budgetBytes,
    async assertRoom(bytes) {
      const [{ usage }, budgetLimit] = [await estimate(), await budgetBytes()]
      if (usage + bytes > budgetLimit) {
        throw new DiskCacheError(
          'quota-exceeded',
          `The budget of ${budgetLimit} bytes is used up. Evict what is not needed, or raise "budget".`,
          { details: { budget: budgetLimit, usage } },
        )
      }
      storedSince += bytes
    },
  }
}
