import type { DiskStatus } from '../../src/protocol/reports.ts'
import type { KeptGeneration } from './browser/read-kept.ts'
import { faultDisk } from './fault-disk.ts'

/** Chunks of a generation that must be there, and are not. */
export interface Loss {
  readonly generation: string
  readonly chunks: readonly number[]
}

/**
 * Which chunks must still be there after a fault, of every generation: which one is active may change, that says nothing of
 * what is kept.
 *
 * Only what is of a version that the origin has no more may go unasked: all of it, if it waited, or as much is kept of another
 * one (`docs/decisions/0011`); and what came in the present worker's life, as that may be torn (`docs/decisions/0009`).
 */
export interface Ledger {
  /** Chunks were reported stored. */
  stored(generation: string, chunks: readonly number[]): void
  /** Chunks are about to be evicted, of all generations: until the next look, nothing is known of them. */
  evicting(chunks: readonly number[]): void
  /** Generations are about to be given up, or found: until the next look, nothing is known of anything. */
  givingUp(): void
  /** Nothing is under way, and this is what is kept: it must stay. */
  look(kept: readonly KeptGeneration[]): void
  /**
   * The worker that may hold something for torn is about to be ended: no other one does so with what it has left. What that is
   * shows at the next look: it may have given up something just before, and have told nobody. To be called before: the next one may
   * store something at once.
   */
  workerEnded(): void
  /** @param originEtag - of what the origin has now. */
  missing(kept: readonly KeptGeneration[], originEtag: string): Loss[]
}

interface Entry {
  /** `undefined` for one that was found since the last look: the origin has it. */
  readonly etag: string | undefined
  readonly isWaiting: boolean
  readonly due: Set<number>
  /** Those of `due` that were there before the present worker. */
  readonly firm: Set<number>
  /** Those that are firm if they are there at the next look: by a worker that has ended since the last one. */
  readonly left: Set<number>
}

/** Makes a ledger of one disk; nothing is stored yet. */
export function createLedger(): Ledger {
  let entries = new Map<string, Entry>()
  let doubtful = new Set<number>()
  let isDoubtful = false

  function entryOf(id: string): Entry {
    const entry = entries.get(id) ?? emptyEntry()
    entries.set(id, entry)
    return entry
  }

  return {
    stored(id, chunks) {
      const { due, firm, left } = entryOf(id)
      // It came in the present worker's life, though it may have been there before.
      for (const chunk of chunks) {
        firm.delete(chunk)
        left.delete(chunk)
      }
      if (isDoubtful) return
      for (const chunk of chunks) if (!doubtful.has(chunk)) due.add(chunk)
    },
    evicting(chunks) {
      for (const chunk of chunks) {
        doubtful.add(chunk)
        for (const { due, firm, left } of entries.values()) {
          due.delete(chunk)
          firm.delete(chunk)
          left.delete(chunk)
        }
      }
    },
    givingUp() {
      isDoubtful = true
    },
    look(kept) {
      const before = entries
      entries = new Map(
        kept.map(({ id, etag, state, chunks }) => {
          const { firm: known, left } = before.get(id) ?? emptyEntry()
          const firm = new Set(chunks.filter((chunk) => known.has(chunk) || left.has(chunk)))
          const isWaiting = state === 'waiting'
          return [id, { ...emptyEntry(), etag, isWaiting, due: new Set(chunks), firm }]
        }),
      )
      doubtful = new Set()
      isDoubtful = false
    },
    workerEnded() {
      for (const { due, left } of entries.values()) for (const chunk of due) left.add(chunk)
    },
    missing(kept, originEtag) {
      if (isDoubtful) return []
      const mostBytes = Math.max(0, ...kept.map(({ chunks }) => bytesOf(chunks)))
      const losses: Loss[] = []
      for (const [generation, entry] of entries) {
        const { etag = originEtag, isWaiting, due, firm } = entry
        const isCurrent = etag === originEtag
        const expected = isCurrent ? due : firm
        const there = kept.find(({ id }) => id === generation)
        // Evictions may have come after it was given up for one of which there was as much; and what may be torn, before.
        const isSurpassed = isWaiting || bytesOf(expected) <= mostBytes + bytesOf(doubtful)
        if (there === undefined && !isCurrent && isSurpassed) continue
        const covered = new Set(there?.chunks)
        const chunks = [...expected].filter((chunk) => !covered.has(chunk))
        if (chunks.length > 0) losses.push({ generation, chunks })
      }
      return losses
    },
  }
}

function emptyEntry(): Entry {
  return {
    etag: undefined,
    isWaiting: false,
    due: new Set(),
    firm: new Set(),
    left: new Set(),
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

function bytesOf(chunks: Iterable<number>): number {
  const { chunkSize, sizeBytes } = faultDisk
  let bytes = 0
  for (const chunk of chunks) bytes += Math.min(chunkSize, sizeBytes - chunk * chunkSize)
  return bytes
}
