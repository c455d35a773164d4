import { joinAscending, shiftRange } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { chunkBytes, chunksTouching, indicesOf, joinRuns } from '../core/chunk-grid.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import { cutRange, planRequests } from '../core/plan-requests.ts'
import { restDelayMs, restRequestBytes } from '../core/request-rest.ts'
import type { StoredFields } from '../core/stored-fields.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'
import { createChunkDownloads } from './chunk-downloads.ts'
import { createChunkFiller } from './chunk-filler.ts'
import type { ChunkFlight } from './chunk-flight.ts'
import type { ChunkReceiver } from './chunk-receiver.ts'
import { createFlightTable, missingOf } from './flight-table.ts'
import type { Claim } from './flight-table.ts'
import { createNewestFields } from './newest-fields.ts'
import type { NewestFields } from './newest-fields.ts'
import type { OriginAccess } from './origin-access.ts'
import { createReadAhead } from './read-ahead.ts'
import type { ReadAhead } from './read-ahead.ts'
import { startTimer } from './start-timer.ts'
import type { WorkerContext } from './worker-context.ts'

/** The longest request: what is lost at the most when the worker dies in it. */
export const maxRunBytes: number = 4 * 1024 * 1024

/** Fetches the chunks of one generation: each once, however many readers wait for it. */
export interface ChunkFetcher {
  readonly generation: StoredGeneration
  /** Whether the disk is of another origin than this worker. */
  readonly isCrossOrigin: boolean
  /** The flight of a chunk that is under way. */
  flightOf(index: number): ChunkFlight | undefined
  /**
   * Sees to it that a reader gets these bytes as soon as they can be had, whatever the catalog says of them. The rest of
   * their chunks follows, when nobody waits for the origin.
   *
   * @param needed - ascending, each within the generation.
   * @param isForeseen - whether the reader is in a sequential stream.
   */
  need(
    needed: readonly ByteRange[],
    by: { readonly access: OriginAccess; readonly isForeseen: boolean },
  ): void
  readonly readAhead: ReadAhead
  /**
   * How many bytes one request that nobody waits for should bring, if a chunk is not longer: whoever comes to want some of them
   * waits for most of the others. As many as are fetched ahead of a stream: then two at a time keep the link busy.
   */
  readonly patientBytes: number
  /** Sees to it that every chunk of `missing` (ascending) is under way, from its beginning. */
  fetch(missing: readonly number[], access: OriginAccess): void
  /**
   * Takes over the download by which the generation was found.
   *
   * @param range - what it brings, as far as the generation has it.
   */
  adopt(range: ByteRange, access: OriginAccess): ChunkReceiver
  /** Whether what was fetched last could be stored. */
  readonly isStoring: boolean
  readonly fields: StoredFields
  readonly freshen: NewestFields['freshen']
}

/**
 * Makes the fetcher of a generation.
 *
 * @param onChanged - the origin turned out to have another generation; resolves to what it has, once that is believed.
 */
export function createChunkFetcher(
  generation: StoredGeneration,
  context: WorkerContext,
  onChanged: (access: OriginAccess) => Promise<GenerationIdentity>,
): ChunkFetcher {
  const { grid, record } = generation
  const flights = createFlightTable(grid, () => context.gate.reconsider())
  const link = context.linkTo(record.url)
  let lastReadMs = -Infinity
  const fields = createNewestFields(record)
  const downloads = createChunkDownloads({ generation, context, flights, fields, onChanged })

  /** A reader who jumps about comes again soon: the rest of a chunk would stand in its way. */
  async function whenQuiet(isHasty: () => boolean): Promise<void> {
    for (let waitMs = Infinity; waitMs > 0;) {
      await context.gate.whenQuiet()
      const pauseMs = isHasty() ? 0 : restDelayMs(grid.chunkSize, link.runBytes())
      const untilMs = lastReadMs + pauseMs
      waitMs = untilMs - performance.now()
      await startTimer(waitMs).passed
    }
  }

  const filler = createChunkFiller({
    isUnderWay: flights.has,
    mayFill: () => downloads.mayStore,
    release: downloads.release,
    whenQuiet,
    stepBytes: () => restRequestBytes(link.runBytes()),
    download({ index }, part, access) {
      const claim = flights.claim(shiftRange(part, chunkBytes(grid, index).start))
      return downloads.download(claim, { ...access, urgency: 'prefetch' })
    },
  })

  /** Readers have what they needed; the rest is for the store alone. */
  function fill({ flights: started }: Claim, access: OriginAccess): Promise<void> {
    filler.add(started, access)
    return filler.fill()
  }

  /** Downloads bytes, of which `needed` are urgent, and then the rest of their chunks. */
  function start(ranges: Iterable<ByteRange>, access: OriginAccess, needed?: ByteRange): void {
    for (const range of ranges) {
      const claim = flights.claim(range)
      const done = downloads.download(claim, access, needed)
      void access.lifetime.keep(done.then(() => fill(claim, access)))
    }
  }

  const readAhead = createReadAhead({
    generation,
    context,
    async fetch(range, access) {
      lastReadMs = performance.now()
      const chunks = chunksTouching(grid, range)
      await generation.loadPages(chunks)?.catch(() => undefined)
      if (!downloads.isStoring) return []
      flights.takeOff(missingOf(generation, chunks))
      const free = flights.free(chunks).flatMap(cutToRuns)
      start(free, { ...access, urgency: 'prefetch' })
      return free
    },
  })

  return {
    generation,
    isCrossOrigin: new URL(record.url).origin !== location.origin,
    readAhead,
    flightOf: flights.of,
    need(needed, { access, isForeseen }) {
      lastReadMs = performance.now()
      const reach = { runBytes: link.runBytes(), isForeseen, maxBytes: maxRunBytes }
      for (const range of joinAscending(needed)) {
        const chunks = chunksTouching(grid, range)
        flights.takeOff(indicesOf(chunks))
        const free = flights.free(chunks)
        const isWhole = filler.isFull
        start(isWhole ? free.flatMap(cutToRuns) : planRequests(range, free, reach), access, range)
      }
    },
    get patientBytes() {
      return link.readaheadBytes()
    },
    fetch(missing, access) {
      flights.takeOff(missing)
      for (const run of joinRuns(missing)) {
        start(flights.free(run).flatMap(cutToRuns), access)
      }
    },
    adopt(range, access) {
      flights.takeOff(missingOf(generation, chunksTouching(grid, range)))
      const claim = flights.claim(range)
      const receiver = downloads.receive(claim)
      return {
        ...receiver,
        async settle(error) {
          await receiver.settle(error)
          void access.lifetime.keep(fill(claim, access))
        },
      }
    },
    get isStoring() {
      return downloads.isStoring
    },
    get fields() {
      return fields.current
    },
    freshen: fields.freshen,
  }
}

function cutToRuns(range: ByteRange): ByteRange[] {
  return cutRange(range, maxRunBytes)
}
