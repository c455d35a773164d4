import { createRecentMap } from './recent-map.ts'

/** Chunks that were opened ahead and not read yet: so many sequences may go on at a time. */
const limit = 8

/** Opens the chunk after the one that is being read, when that goes on from the one before. */
export interface OpenAhead {
  /** Settled when a chunk that is being opened ahead is open, or is not to be had. */
  underWay(index: number): Promise<void> | undefined
  /** A reader had to wait for this chunk. */
  noteOpened(index: number): void
  /** A reader is given this chunk, which was open. */
  noteTaken(index: number): void
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
  const unread = createRecentMap<number, true>(limit)

  function start(index: number): void {
    if (running.has(index) || !isStored(index) || isOpen(index)) return
    const opened = open(index)
      .then(() => unread.set(index, true))
      .catch(() => undefined)
      .finally(() => running.delete(index))
    running.set(index, opened)
  }

  return {
    underWay: (index) => running.get(index),
    noteOpened(index) {
      if (isOpen(index - 1)) start(index + 1)
    },
    noteTaken(index) {
      if (unread.get(index) === undefined) return
      unread.delete(index)
      start(index + 1)
    },
  }
}
