import { byteLengthOf } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { chunkBytes, chunksTouching, countChunks, indicesOf } from '../core/chunk-grid.ts'
import type { ChunkGrid } from '../core/chunk-grid.ts'
import type { DiskCacheError } from '../core/errors.ts'
import { etagOf } from '../core/generation-identity.ts'
import type { PrefetchStep, PrefetchStepProgress } from '../protocol/worker-api.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import type { ChunkFlight } from './chunk-flight.ts'
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
  for (const index of wanted) {
    const loading = generation.loadPages({ first: index, end: index + 1 })
    if (loading !== undefined) await loading
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

/** Requests whose chunks have arrived, and are being stored, beside those that are under way: they lie in memory. */
const storingAtOnce = 3

/** Requests that are looked at; what is stored between them is passed over. */
const maxLookahead = 256

async function fetchUntil(
  deadlineMs: number,
  { fetcher, wanted, step, access }: Prefetch,
): Promise<void> {
  const timer = startTimer(deadlineMs - performance.now())
  const problems = watchForProblems()
  try {
    let requests: number[][] = []
    let length = 0
    const isDone = (request: readonly number[]): boolean =>
      request.every((index) => fetcher.generation.isStored(index))
    for (let at = 0; ;) {
      const newLength = requestLength(fetcher)
      // The first answers of a new disk tell what the link is like. What is under way is passed over.
      if (newLength !== length) {
        length = newLength
        requests = cutIntoRequests(wanted, length)
        at = 0
      }
      for (let next = requests[at]; next !== undefined && isDone(next); next = requests[at]) at++
      if (at === requests.length) return
      const inWork: Request[] = []
      for (const request of requests.slice(at, at + maxLookahead)) {
        const arriving = inWork.filter(({ isArriving }) => isArriving).length
        if (arriving >= step.concurrency || inWork.length >= step.concurrency + storingAtOnce) break
        const missing = request
          .filter((index) => !fetcher.generation.isStored(index))
          .sort((a, b) => a - b)
        fetcher.fetch(missing, access)
        const flights = missing.flatMap((index) => fetcher.flightOf(index) ?? [])
        problems.watch(flights)
        if (flights.length > 0) inWork.push(describeRequest(flights))
      }
      const ended = await Promise.race([timer.passed, ...inWork.map(({ changed }) => changed)])
      if (problems.first !== undefined) throw problems.first
      if (ended === 'passed') return
    }
  } finally {
    timer.stop()
  }
}

interface Request {
  readonly isArriving: boolean
  /** When it goes on: it has arrived, or was stored, or something went wrong. */
  readonly changed: Promise<unknown>
}

function describeRequest(flights: readonly ChunkFlight[]): Request {
  const isArriving = flights.some((flight) => !flight.isComplete())
  const ended = flights.map((flight) => flight.ended)
  if (!isArriving) return { isArriving, changed: Promise.all(ended) }
  const arrived = Promise.all(flights.map((flight) => flight.arrived))
  const lost = flights.map((flight) => flight.lost)
  return { isArriving, changed: Promise.race([...ended, ...lost, arrived]) }
}

interface ProblemWatch {
  /** What went wrong first. */
  readonly first: DiskCacheError | undefined
  watch(flights: readonly ChunkFlight[]): void
}

/** A chunk that arrives may be refused by the store before anybody has looked again: then its flight is gone. */
function watchForProblems(): ProblemWatch {
  const watched = new WeakSet<ChunkFlight>()
  let first: DiskCacheError | undefined
  return {
    get first() {
      return first
    },
    watch(flights) {
      for (const flight of flights) {
        if (watched.has(flight)) continue
        watched.add(flight)
        for (const trouble of [flight.ended, flight.lost]) {
          void trouble.then((problem) => (first ??= problem))
        }
      }
    },
  }
}

/** The longest that a request should be now, in chunks: a power of two. */
function requestLength({ patientBytes, generation }: ChunkFetcher): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(patientBytes / generation.grid.chunkSize)))
}

/**
 * Each request lies within a multiple of its longest length: so they stay whole when prefetches begin anywhere, and also when
 * that length changes with what is known of the link. In the order in which they are wanted first.
 */
function cutIntoRequests(wanted: readonly number[], length: number): number[][] {
  const requests = new Map<number, number[]>()
  for (const index of wanted) {
    const place = Math.floor(index / length)
    const request = requests.get(place)
    if (request === undefined) requests.set(place, [index])
    else request.push(index)
  }
  return [...requests.values()]
}

function wantedChunks(grid: ChunkGrid, ranges: readonly ByteRange[] | undefined): number[] {
  if (ranges === undefined) return [...indicesOf({ first: 0, end: countChunks(grid) })]
  const wanted = new Set<number>()
  for (const range of ranges) {
    for (const index of indicesOf(chunksTouching(grid, range))) wanted.add(index)
  }
  return [...wanted]
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
