import type { RankedChunk } from '../protocol/api.ts'

/** What would go. */
export interface EvictionPlan {
  readonly chunks: readonly RankedChunk[]
  /** Their bytes. */
  readonly bytes: number
  /** Bytes that could not be freed: they are pinned. */
  readonly missing: number
}

/**
 * The first chunks that make room for `bytes`.
 *
 * @param order - see `DiskCache.evictionOrder`.
 */
export function planEvictions(order: readonly RankedChunk[], bytes: number): EvictionPlan {
  let freed = 0
  const stop = order.findIndex((chunk) => {
    if (freed >= bytes || chunk.isPinned) return true
    freed += chunk.bytes
    return false
  })
  const chunks = stop === -1 ? order : order.slice(0, stop)
  return { chunks, bytes: freed, missing: Math.max(0, bytes - freed) }
}
