import type { ChunkRun } from '../core/chunk-grid.ts'
import { createRecentMap } from './recent-map.ts'

/** Sequences that may go on at a time. */
const maxSequences = 8

/** Opens the chunks after those that are being read, when that goes on from a read before: as many as are read at a time. */
export interface OpenAhead {
  /** Settled when a chunk that is being opened ahead is open, or is not to be had. */
  underWay(index: number): Promise<void> | undefined
  /** A reader wants bytes of all of these chunks. Returns at once. */
  noteRead(read: ChunkRun): void
}

/** What {@link createOpenAhead} works with. */
export interface AheadPorts {
  readonly isStored: (index: number) => boolean
  readonly isOpen: (index: number) => boolean
  /** Must not keep the answer waiting that is being made. */
  readonly open: (index: number) => Promise<unknown>
}

/** Makes the {@link OpenAhead} of a generation. */
export function createOpenAhead({ isStored, isOpen, open }: AheadPorts): OpenAhead {
  const running = new Map<number, Promise<void>>()
  /** The chunks behind what was read lately. */
  const ends = createRecentMap<number, true>(maxSequences)
  let last: ChunkRun = { first: 0, end: 0 }

  function start(index: number): void {
    if (running.has(index) || !isStored(index) || isOpen(index)) return
    const opened = open(index)
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => running.delete(index))
    running.set(index, opened)
  }

  /** Whether a read begins in the chunk in which another ended, or behind that, and leads further. */
  function goesOn({ first, end }: ChunkRun): boolean {
    return ends.get(first) === true || (end > first + 1 && ends.get(first + 1) === true)
  }

  return {
    underWay: (index) => running.get(index),
    noteRead(read) {
      const { first, end } = read
      // Most reads stay in the chunk of the one before.
      if (first === last.first && end === last.end) return
      last = read
      const isSequence = goesOn(read)
      ends.set(end, true)
      if (!isSequence) return
      ends.delete(first)
      for (let index = end; index < end + (end - first); index++) start(index)
    },
  }
}
