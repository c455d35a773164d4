/** Bytes that were fetched ahead, and how many of them somebody wanted afterwards. */
export interface ReadaheadTotals {
  readonly aheadBytes: number
  readonly usedBytes: number
}

/** Keeps account of the chunks of one generation that were fetched ahead. */
export interface ReadaheadLedger {
  /** A chunk of so many bytes was fetched ahead. A second time, until it is wanted, does not count. */
  noteAhead(index: number, bytes: number): void
  /** A reader wants a chunk: for every chunk of every read, so that it costs little. */
  noteDemand(index: number): void
  /** Sums since it was made. */
  readonly totals: ReadaheadTotals
}

/**
 * An empty ledger.
 *
 * @param maxChunks - of how many unused chunks it knows; older ones stay unused for ever.
 */
export function createReadaheadLedger(maxChunks: number = 4096): ReadaheadLedger {
  const unused = new Map<number, number>()
  let [aheadBytes, usedBytes] = [0, 0]
  return {
    noteAhead(index, bytes) {
      if (unused.has(index)) return
      unused.set(index, bytes)
      aheadBytes += bytes
      const [oldest] = unused.keys()
      if (unused.size > maxChunks && oldest !== undefined) unused.delete(oldest)
    },
    noteDemand(index) {
      usedBytes += unused.get(index) ?? 0
      unused.delete(index)
    },
    get totals() {
      return { aheadBytes, usedBytes }
    },
  }
}
