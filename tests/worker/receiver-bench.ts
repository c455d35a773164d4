import { expect } from 'vitest'

import { byteLengthOf } from '../../src/core/byte-range.ts'
import type { ByteRange } from '../../src/core/byte-range.ts'
import { chunkBytes, countChunks, indicesOf } from '../../src/core/chunk-grid.ts'
import type { ChunkGrid } from '../../src/core/chunk-grid.ts'
import { DiskCacheError } from '../../src/core/errors.ts'
import type { BegunResponse } from '../../src/origin/download-range.ts'
import { createChunkFlight } from '../../src/worker/chunk-flight.ts'
import type { ChunkFlight } from '../../src/worker/chunk-flight.ts'
import { createChunkReceiver } from '../../src/worker/chunk-receiver.ts'
import type { ChunkReceiver } from '../../src/worker/chunk-receiver.ts'

/** Ten chunks, and a short one. */
export const grid: ChunkGrid = { sizeBytes: 10 * 512 + 100, chunkSize: 512 }
const disk = Uint8Array.from({ length: grid.sizeBytes }, (_, at) => (at * 7) % 251)

/** What a receiver throws at an answer of another generation. */
export const changed: DiskCacheError = new DiskCacheError('disk-changed', 'It is another one.')

/** A receiver, and what it does. */
export interface Bench {
  readonly receiver: ChunkReceiver
  /** The chunks that landed, in groups. */
  readonly landed: number[][]
  readonly abandoned: { index: number; error: DiskCacheError | undefined }[]
  /** The parts of chunks that did not come. */
  readonly lost: { index: number; part: ByteRange; error: DiskCacheError | undefined }[]
  readonly counted: () => number
  /** How often it took everything. */
  readonly prepared: () => number
  /** Chunks that have a flight, or are stored. */
  readonly known: Map<number, ChunkFlight | 'stored'>
}

/** Makes a receiver for `range` and the chunks `owned`. */
export function createBench({
  owned,
  stored = [],
  range = { start: 0, end: grid.sizeBytes },
}: {
  owned: number[]
  stored?: number[]
  range?: ByteRange
}): Bench {
  const known = new Map<number, ChunkFlight | 'stored'>()
  for (const index of stored) known.set(index, 'stored')
  const landed: number[][] = []
  const abandoned: Bench['abandoned'] = []
  const lost: Bench['lost'] = []
  let [counted, prepared] = [0, 0]
  const takeOff = (indices: Iterable<number>): ChunkFlight[] => {
    const started: ChunkFlight[] = []
    for (const index of indices) {
      if (known.has(index)) continue
      const flight = createChunkFlight(index, byteLengthOf(chunkBytes(grid, index)))
      known.set(index, flight)
      started.push(flight)
    }
    return started
  }
  const receiver = createChunkReceiver(
    { range, flights: takeOff(owned) },
    {
      grid,
      async takeOffAll() {
        prepared++
        return takeOff(indicesOf({ first: 0, end: countChunks(grid) }))
      },
      accept({ identity }) {
        if (identity.sizeBytes !== grid.sizeBytes) throw changed
      },
      async land(complete) {
        await Promise.resolve()
        for (const flight of complete) {
          const { start, end } = chunkBytes(grid, flight.index)
          expect(flight.bytes()).toEqual(disk.slice(start, end))
        }
        landed.push(complete.map(({ index }) => index))
      },
      abandon(flights, error) {
        for (const { index } of flights) abandoned.push({ index, error })
      },
      lose: ({ index }, part, error) => void lost.push({ index, part, error }),
      count: (bytes) => void (counted += bytes),
    },
  )
  return {
    receiver,
    landed,
    abandoned,
    lost,
    counted: () => counted,
    prepared: () => prepared,
    known,
  }
}

/** The head of an honest answer. */
export function answer(status: 200 | 206): BegunResponse {
  const identity = { validator: { kind: 'none' }, sizeBytes: grid.sizeBytes } as const
  const range = { start: 0, end: grid.sizeBytes }
  return { status, identity, range, headers: {}, askedAtMs: 0 }
}

/** Sends bytes of the disk, in pieces of `step`. */
export async function send(
  receiver: ChunkReceiver,
  [start, end]: readonly [number, number],
  step = 100,
): Promise<void> {
  for (let at = start; at < end; at += step) {
    await receiver.write(at, disk.slice(at, Math.min(at + step, end)))
  }
}
