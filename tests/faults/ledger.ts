import type { DiskStatus, GenerationStatus } from '../../src/protocol/reports.ts'
import { faultDisk } from './fault-disk.ts'

/** Which chunks must still be there after a fault. */
export interface Ledger {
  /** Chunks were reported stored. */
  stored(generation: string, chunks: readonly number[]): void
  /** Chunks are about to be evicted: until the next look, nothing is known of them. */
  evicting(chunks: readonly number[]): void
  /** Generations are about to be given up: until the next look, nothing is known of anything. */
  givingUp(): void
  /** Nothing is under way, and this is what the cache says: what it names must stay. */
  look(status: DiskStatus): void
  /**
   * Chunks that must be there, and are not.
   *
   * @param originEtag - of what the origin has now: a session that begins takes that over, in the place of another version.
   */
  missing(status: DiskStatus, originEtag: string): number[]
  /** The generation whose chunks are due, for people. */
  describe(): string
}

/** Makes a ledger of one disk; nothing is stored yet. */
export function createLedger(): Ledger {
  let generation: string | undefined
  /** Of that generation, once it was looked at. */
  let etag: string | undefined
  let due = new Set<number>()
  let doubtful = new Set<number>()
  let isDoubtful = false
  return {
    stored(id, chunks) {
      if (isDoubtful || (generation !== undefined && generation !== id)) return
      generation = id
      for (const chunk of chunks) if (!doubtful.has(chunk)) due.add(chunk)
    },
    evicting(chunks) {
      for (const chunk of chunks) {
        doubtful.add(chunk)
        due.delete(chunk)
      }
    },
    givingUp() {
      isDoubtful = true
      due.clear()
    },
    look(status) {
      generation = activeOf(status)?.id
      etag = activeOf(status)?.etag
      due = coveredChunks(status)
      doubtful = new Set()
      isDoubtful = false
    },
    missing(status, originEtag) {
      const active = activeOf(status)
      const isReplaced = active?.etag === originEtag && etag !== originEtag
      if (due.size === 0 || (active?.id !== generation && isReplaced)) return []
      const covered = active?.id === generation ? coveredChunks(status) : new Set()
      return [...due].filter((chunk) => !covered.has(chunk))
    },
    describe: () => `${generation} (${etag})`,
  }
}

/** The chunks of the active generation that are stored. */
export function coveredChunks({ coverage }: Pick<DiskStatus, 'coverage'>): Set<number> {
  const chunks = new Set<number>()
  for (const { start, end } of coverage) {
    for (let at = start; at < end; at += faultDisk.chunkSize) chunks.add(at / faultDisk.chunkSize)
  }
  return chunks
}

function activeOf({ generations }: DiskStatus): GenerationStatus | undefined {
  return generations.find(({ state }) => state === 'active')
}
