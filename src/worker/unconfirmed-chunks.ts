/**
 * Chunks whose bytes may be torn: a file that is overwritten in place while it is sent goes on with its new bytes under
 * the old headers. A chunk is confirmed by a later answer that still shows the same version, if it was asked for when
 * the last byte of the chunk was here already.
 */
export interface UnconfirmedChunks {
  /** All bytes of these chunks are here. */
  add(indices: Iterable<number>): void
  /**
   * An answer shows the version still.
   *
   * @param askedAtMs - when it was asked for.
   */
  confirm(askedAtMs: number): void
  /** The version is gone: what is not confirmed now never will be. Ascending. */
  takeAll(): number[]
}

/**
 * Makes an empty list.
 *
 * @param now - a monotonic clock in milliseconds. It may be coarse: what happens in the same tick confirms nothing.
 */
export function createUnconfirmedChunks(now: () => number): UnconfirmedChunks {
  const arrivedAtMs = new Map<number, number>()
  return {
    add(indices) {
      for (const index of indices) arrivedAtMs.set(index, now())
    },
    confirm(askedAtMs) {
      for (const [index, atMs] of arrivedAtMs) if (atMs < askedAtMs) arrivedAtMs.delete(index)
    },
    takeAll() {
      const indices = [...arrivedAtMs.keys()].sort((a, b) => a - b)
      arrivedAtMs.clear()
      return indices
    },
  }
}
