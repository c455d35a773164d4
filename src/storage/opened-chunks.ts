import { byteLengthOf } from '../core/byte-range.ts'
import { chunkBytes } from '../core/chunk-grid.ts'
import type { ChunkGrid, ChunkRun } from '../core/chunk-grid.ts'
import type { ChunkStore } from './chunk-store.ts'
import type { CoverageMemory } from './coverage-memory.ts'
import { canRead, createDataCheck } from './data-check.ts'
import type { ChunkPart } from './data-check.ts'
import { createOpenAhead } from './open-ahead.ts'
import { createRememberedBlobs } from './remembered-blobs.ts'
import { createRememberedSlices } from './remembered-slices.ts'

/** The data of stored chunks: opened, tried, and remembered. */
export interface OpenedChunks {
  /** A reader wants bytes of all of these chunks: where that is a sequence, what comes next is opened ahead. */
  noteRead(read: ChunkRun): void
  /** A chunk's data for its bytes `[start, end)`, if it was opened lately: the hot path, without a promise. */
  remembered(index: number, part: ChunkPart): Blob | undefined
  /** Just the bytes `[start, end)` of {@link OpenedChunks.remembered}. */
  rememberedPart(index: number, part: ChunkPart): Blob | undefined
  /** Whether opening a stored chunk means to read it all, because its data may not have survived. */
  needsCheck(index: number): boolean
  /**
   * A chunk's data, tried before it is given out, as far as `part` of it is wanted (default: all). `undefined` if it
   * cannot be had, for whatever reason; if it is missing or damaged, it is marked as missing.
   */
  open(index: number, part?: ChunkPart): Promise<Blob | undefined>
  /** Forgets what was opened, and what is being opened: the chunk has gone, or is about to get its data. */
  forget(index: number): void
  forgetAll(): void
}

/** What {@link createOpenedChunks} works with. */
export interface OpenedPorts {
  /** The id of the generation. */
  readonly id: string
  readonly grid: ChunkGrid
  readonly store: ChunkStore
  readonly memory: CoverageMemory
}

/** Makes the {@link OpenedChunks} of a generation. */
export function createOpenedChunks({ id, grid, store, memory }: OpenedPorts): OpenedChunks {
  const blobs = createRememberedBlobs({ now: () => performance.now(), canRead: canReadLater })
  const check = createDataCheck(store)
  const zeroOf = createZeroBlobs()
  const ahead = createOpenAhead({
    isStored: memory.has,
    isOpen: (index) => blobs.peek(index) !== undefined,
    open: (index) => answersHaveLeft().then(() => open(index, allOf(index))),
  })
  const slices = createRememberedSlices()
  /** Chunks that are being opened. One that was forgotten meanwhile is not among them: it may have got other data. */
  const openings = new Map<number, symbol>()

  async function canReadLater(index: number, blob: Blob, part: ChunkPart): Promise<boolean> {
    await answersHaveLeft()
    const slice = slices.take(index, blob, part)
    return canRead(slice, { end: slice.size })
  }

  function allOf(index: number): ChunkPart {
    return { start: 0, end: byteLengthOf(chunkBytes(grid, index)) }
  }

  async function open(index: number, part: ChunkPart): Promise<Blob | undefined> {
    const facts = memory.facts(index)
    if (facts === undefined) return undefined
    const length = allOf(index).end
    if (facts.zero) {
      blobs.set(index, zeroOf(length))
      return zeroOf(length)
    }
    const opening = Symbol()
    openings.set(index, opening)
    try {
      const data = await store.read(id, index, length)
      if (data !== undefined && (await check.run(index, data.blob, { ...facts, part }))) {
        // It was given up meanwhile: its data may go any moment.
        if (!memory.has(index)) return undefined
        if (!data.isInMemory && openings.get(index) === opening) blobs.set(index, data.blob)
        return data.blob
      }
    } catch {
      return undefined // whether it is there cannot be told now
    } finally {
      if (openings.get(index) === opening) openings.delete(index)
    }
    // Where one is gone, others may be: what was opened before is tried anew.
    forgetAll()
    memory.markMissing(index)
    return undefined
  }

  function forgetAll(): void {
    blobs.clear()
    slices.clear()
    openings.clear()
  }

  return {
    noteRead: ahead.noteRead,
    remembered: blobs.take,
    rememberedPart(index, part) {
      const blob = blobs.take(index, part)
      return blob && slices.take(index, blob, part)
    },
    needsCheck: (index) => memory.facts(index)?.zero === false && check.isDue(index),
    async open(index, part = allOf(index)) {
      await ahead.underWay(index)
      return blobs.take(index, part) ?? open(index, part)
    },
    forget(index) {
      if (blobs.peek(index) !== undefined) slices.clear()
      blobs.delete(index)
      openings.delete(index)
    },
    forgetAll,
  }
}

/** A slice keeps the worker waiting: answers that are on their way go first. */
function answersHaveLeft(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve))
}

/** All-zero chunks have no data. One Blob serves all of one length. */
function createZeroBlobs(): (length: number) => Blob {
  const blobs = new Map<number, Blob>()
  return (length) => {
    const blob = blobs.get(length) ?? new Blob([new Uint8Array(length)])
    blobs.set(length, blob)
    return blob
  }
}
