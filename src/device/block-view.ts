import { byteLengthOf } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { chunksTouching } from '../core/chunk-grid.ts'
import { createRecentMap } from '../storage/recent-map.ts'
import type { RecentMap } from '../storage/recent-map.ts'
import { maxBlockBytes, partsOf, planLoads } from './plan-loads.ts'
import type { Load } from './plan-loads.ts'
import { createRangeFlights } from './range-flights.ts'
import type { RangeFlight } from './range-flights.ts'
import type { StoredChunks } from './stored-chunks.ts'

/** Blocks of which it is remembered that a piece of them was fetched. */
const rememberedFetches = 4096

/**
 * One generation as the store has it, with the blocks in memory. When something of it is given up, the view is dropped
 * as it is, with all that it remembers, and with what is on its way into its memory.
 */
export interface BlockView {
  /** Writes bytes `range` of the disk to the beginning of `target`; `undefined`, and no promise, from memory. */
  read(range: ByteRange, target: Uint8Array): Promise<void> | undefined
}

/** What a {@link BlockView} reads from. */
export interface ViewPorts {
  readonly sizeBytes: number
  /** `undefined` where nothing is stored. */
  readonly chunks: StoredChunks | undefined
  /** The most that is held in memory. */
  readonly memoryBytes: number
  /** Reads bytes that are not stored. */
  readonly fetch: (range: ByteRange) => Promise<Uint8Array<ArrayBuffer>>
  /** Bytes have been stored since it was looked up what is. */
  readonly onFound?: () => void
}

/** Makes a view that holds nothing yet. */
export function createBlockView({
  sizeBytes,
  chunks,
  memoryBytes,
  fetch,
  onFound,
}: ViewPorts): BlockView {
  const chunkSize = chunks?.grid.chunkSize ?? maxBlockBytes
  const blockSize = Math.min(maxBlockBytes, chunkSize)
  const held = createRecentMap<number, Uint8Array<ArrayBuffer>>(Math.floor(memoryBytes / blockSize))
  const fetched: RecentMap<number, true> = createRecentMap(rememberedFetches)
  const flights = createRangeFlights(blockSize)
  const facts = {
    grid: { sizeBytes, chunkSize },
    blockSize,
    isStored: (chunk: number): boolean => chunks?.isStored(chunk) === true,
    readsWhole: (chunk: number): boolean => chunks?.readsWhole(chunk) === true,
    isHeld: (block: number): boolean => held.get(block) !== undefined,
    wasFetched: (block: number): boolean => fetched.get(block) === true,
  }

  function copyHeld(part: ByteRange, range: ByteRange, target: Uint8Array): boolean {
    const block = Math.floor(part.start / blockSize)
    const bytes = held.get(block)
    if (bytes === undefined) return false
    const from = part.start - block * blockSize
    target.set(bytes.subarray(from, from + byteLengthOf(part)), part.start - range.start)
    return true
  }

  async function loadAll(range: ByteRange, target: Uint8Array): Promise<void> {
    await chunks?.load(chunksTouching(facts.grid, range))
    // From here to where the flights have started nothing is awaited: who comes later, finds them.
    const wanted: [ByteRange, RangeFlight][] = []
    const missing: ByteRange[] = []
    for (const part of partsOf(range, blockSize)) {
      if (copyHeld(part, range, target)) continue
      const flight = flights.find(part)
      if (flight === undefined) missing.push(part)
      else wanted.push([part, flight])
    }
    for (const load of planLoads(missing, facts)) {
      const flight = flights.start(load.range, () => bring(load))
      for (const part of load.parts) {
        wanted.push([part, flight])
        if (load.chunk === undefined) fetched.set(Math.floor(part.start / blockSize), true)
      }
    }
    await Promise.all(
      wanted.map(async ([part, flight]) => {
        const bytes = await flight.bytes
        const from = part.start - flight.range.start
        target.set(bytes.subarray(from, from + byteLengthOf(part)), part.start - range.start)
      }),
    )
  }

  async function bring({ range, chunk, isKept }: Load): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = (await fromStore(range, chunk)) ?? (await fetch(range))
    if (isKept) keep(range, bytes)
    return bytes
  }

  async function fromStore(
    range: ByteRange,
    chunk: number | undefined,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (chunks === undefined) return undefined
    // The worker may have stored it since that was known last.
    if (chunk === undefined) await chunks.recheck(chunksTouching(facts.grid, range))
    const bytes = await chunks.read(range)
    if (chunk === undefined && bytes !== undefined) onFound?.()
    return bytes
  }

  /** Remembers the blocks that lie wholly in it, each as a copy: it would keep all the rest from being freed. */
  function keep(range: ByteRange, bytes: Uint8Array<ArrayBuffer>): void {
    for (const { start, end } of partsOf(range, blockSize)) {
      const isWhole = start % blockSize === 0 && (end % blockSize === 0 || end === sizeBytes)
      if (isWhole) held.set(start / blockSize, bytes.slice(start - range.start, end - range.start))
    }
  }

  return {
    read(range, target) {
      for (const part of partsOf(range, blockSize)) {
        if (!copyHeld(part, range, target)) return loadAll(range, target)
      }
      return undefined
    },
  }
}
