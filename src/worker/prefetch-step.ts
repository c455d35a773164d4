import { byteLengthOf } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { chunkBytes, chunksTouching, countChunks, indicesOf } from '../core/chunk-grid.ts'
import type { ChunkGrid } from '../core/chunk-grid.ts'
import { etagOf } from '../core/generation-identity.ts'
import type { PrefetchStep, PrefetchStepProgress } from '../protocol/worker-api.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'
import { maxRunBytes } from './chunk-fetcher.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import type { Selection } from './disk-reader.ts'
import type { OriginAccess } from './origin-access.ts'
import { startTimer } from './start-timer.ts'

/** A step ends after this long, so that the page can show progress; its downloads go on. */
export const stepMs = 500

/**
 * Fetches missing chunks for about half a second. Downloads that are not finished by then go on, and the next
 * step waits for them.
 *
 * @throws {DiskCacheError} what went wrong with a chunk of this step, storing included.
 */
export async function runPrefetchStep(
  { fetcher, isNew }: Selected,
  step: PrefetchStep,
  access: OriginAccess,
): Promise<PrefetchStepProgress> {
  const { generation } = fetcher
  const { grid, record } = generation
  const wanted = wantedChunks(grid, step.ranges)
  const [first, last] = [wanted.at(0), wanted.at(-1)]
  if (first !== undefined && last !== undefined) {
    await generation.loadPages({ first, end: last + 1 })
  }
  const storedBefore = isNew ? 0 : measure(fetcher, wanted)
  await fetchUntil(performance.now() + stepMs, { fetcher, wanted, step, access })
  const etag = etagOf(record.identity.validator)
  return {
    kind: 'progress',
    ...(etag !== undefined && { etag }),
    generation: record.id,
    totalBytes: wanted.reduce((sum, index) => sum + byteLengthOf(chunkBytes(grid, index)), 0),
    storedBytes: measure(fetcher, wanted),
    storedBefore,
    done: wanted.every((index) => generation.isStored(index)),
  }
}

type Selected = Selection & { readonly kind: 'generation' }

interface Prefetch {
  readonly fetcher: ChunkFetcher
  readonly wanted: readonly number[]
  readonly step: PrefetchStep
  readonly access: OriginAccess
}

async function fetchUntil(
  deadlineMs: number,
  { fetcher, wanted, step, access }: Prefetch,
): Promise<void> {
  const { generation } = fetcher
  const runLength = Math.max(1, Math.floor(maxRunBytes / generation.grid.chunkSize))
  const windowLength = runLength * step.concurrency
  let at = 0
  for (;;) {
    while (at < wanted.length && generation.isStored(wanted[at] ?? 0)) at++
    if (at === wanted.length) return
    const pending = takePending(wanted.slice(at, at + 2 * windowLength), windowLength, generation)
    fetcher.fetch(pending, access)
    const flights = pending.flatMap((index) => fetcher.flightOf(index) ?? [])
    const timer = startTimer(deadlineMs - performance.now())
    const ended = await Promise.race([timer.passed, ...flights.map((flight) => flight.ended)])
    timer.stop()
    if (ended === 'passed') return
    if (ended !== undefined) throw ended
  }
}

function takePending(
  candidates: readonly number[],
  length: number,
  generation: StoredGeneration,
): number[] {
  return candidates.filter((index) => !generation.isStored(index)).slice(0, length)
}

function wantedChunks(grid: ChunkGrid, ranges: readonly ByteRange[] | undefined): number[] {
  if (ranges === undefined) return [...indicesOf({ first: 0, end: countChunks(grid) })]
  const wanted = new Set<number>()
  for (const range of ranges) {
    for (const index of indicesOf(chunksTouching(grid, range))) wanted.add(index)
  }
  return [...wanted].sort((a, b) => a - b)
}

/** Bytes of the wanted chunks that are stored or have arrived. */
function measure({ generation, flightOf }: ChunkFetcher, wanted: readonly number[]): number {
  let bytes = 0
  for (const index of wanted) {
    if (generation.isStored(index)) bytes += byteLengthOf(chunkBytes(generation.grid, index))
    else bytes += flightOf(index)?.arrivedBytes ?? 0
  }
  return bytes
}
