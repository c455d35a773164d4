import { joinAscending, shiftRange } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { chunkBytes, chunksTouching, countChunks, indicesOf, joinRuns } from '../core/chunk-grid.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import { toDiskCacheError } from '../core/errors.ts'
import type { DiskCacheError } from '../core/errors.ts'
import { isSameGeneration } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import { cutRange, planRequests } from '../core/plan-requests.ts'
import { restDelayMs, restRequestBytes } from '../core/request-rest.ts'
import { findStoreObstacle } from '../core/storability.ts'
import type { StoreObstacle } from '../core/storability.ts'
import type { StoredFields } from '../core/stored-fields.ts'
import { DiskChangedError } from '../origin/disk-changed-error.ts'
import { downloadRange } from '../origin/download-range.ts'
import { timedSink } from '../origin/timed-sink.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'
import { createChunkFiller } from './chunk-filler.ts'
import type { ChunkFlight } from './chunk-flight.ts'
import { createChunkLanding, givenUp } from './chunk-landing.ts'
import { createChunkReceiver } from './chunk-receiver.ts'
import type { ChunkReceiver } from './chunk-receiver.ts'
import { createFlightTable } from './flight-table.ts'
import type { Claim } from './flight-table.ts'
import { createNewestFields } from './newest-fields.ts'
import type { NewestFields } from './newest-fields.ts'
import { toDownload } from './origin-access.ts'
import type { OriginAccess } from './origin-access.ts'
import { createReadAhead } from './read-ahead.ts'
import type { ReadAhead } from './read-ahead.ts'
import { leftIncomplete } from './request-errors.ts'
import { assertFits, sentTooLittle } from './whole-disk-errors.ts'
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
  const flights = createFlightTable(grid)
  const link = context.linkTo(record.url)
  let lastReadMs = -Infinity
  const landing = createChunkLanding(generation, context)
  /** Why a chunk may not be stored, by one of the answers that brought it. */
  const obstacles = new WeakMap<ChunkFlight, StoreObstacle>()
  const fields = createNewestFields(record)

  async function land(complete: readonly ChunkFlight[]): Promise<void> {
    // One that was given up stays so, though a download of another part of it has gone on.
    const alive = complete.filter(flights.has)
    const obstacle = alive.map((flight) => obstacles.get(flight)).find((it) => it !== undefined)
    const problem = await landing.store(alive, obstacle)
    for (const flight of alive) {
      flights.remove(flight)
      flight.end(problem)
    }
  }

  function* missingOf(chunks: ChunkRun): Generator<number> {
    for (const index of indicesOf(chunks)) if (!generation.isStored(index)) yield index
  }

  function receive(claim: Claim): ChunkReceiver {
    return createChunkReceiver(claim, {
      grid,
      land,
      async takeOffAll() {
        assertFits(generation, await context.space.budgetBytes())
        const all = { first: 0, end: countChunks(grid) }
        await generation.loadPages(all)?.catch(() => undefined)
        flights.takeOff(missingOf(all))
        return flights.free(all).flatMap((range) => flights.claim(range).flights)
      },
      accept({ identity, headers, askedAtMs }, brings) {
        if (!isSameGeneration(identity, record.identity)) throw givenUp(record.url)
        landing.confirm(askedAtMs)
        fields.freshen({ headers, receivedAt: Date.now() })
        const obstacle = findStoreObstacle(identity, headers, context.options)
        if (obstacle === undefined) return
        for (const flight of brings) obstacles.set(flight, obstacle)
      },
      abandon: (abandoned, error) => abandon(abandoned, error ?? sentTooLittle(generation)),
      count: (bytes) => context.log.countFetch({ requests: 0, bytes }),
    })
  }

  function abandon(abandoned: Iterable<ChunkFlight>, error: DiskCacheError): void {
    for (const flight of abandoned) if (flights.remove(flight)) flight.fail(error)
  }

  /** Downloads what was claimed. Never rejects: whoever waits for it hears of what goes wrong. */
  async function download(claim: Claim, access: OriginAccess): Promise<void> {
    const receiver = receive(claim)
    try {
      const wanted = { range: claim.range, expected: record.identity }
      const timed = timedSink(receiver, link, () => context.gate.underWay)
      await downloadRange(toDownload(context, access, wanted), timed)
      await receiver.settle(undefined)
    } catch (error) {
      if (error instanceof DiskChangedError) await followChange(access)
      await receiver.settle(
        toDiskCacheError(error, 'origin-unreachable', `Reading ${record.url} failed`),
      )
    }
  }

  /** A reader who jumps about comes again soon: the rest of a chunk would stand in its way. */
  async function whenQuiet(): Promise<void> {
    for (let waitMs = Infinity; waitMs > 0;) {
      await context.gate.whenQuiet()
      const untilMs = lastReadMs + restDelayMs(grid.chunkSize, link.runBytes())
      waitMs = untilMs - performance.now()
      await startTimer(waitMs).passed
    }
  }

  const filler = createChunkFiller({
    isUnderWay: flights.has,
    whenQuiet,
    stepBytes: () => restRequestBytes(link.runBytes()),
    download({ index }, part, access) {
      const claim = flights.claim(shiftRange(part, chunkBytes(grid, index).start))
      return download(claim, { ...access, urgency: 'prefetch' })
    },
    drop: (dropped) => abandon(dropped, leftIncomplete(record.url)),
  })

  function fill({ flights: started }: Claim, access: OriginAccess): Promise<void> {
    filler.add(started, access)
    return filler.fill()
  }

  /** Downloads bytes, and then the rest of their chunks. */
  function start(ranges: Iterable<ByteRange>, access: OriginAccess): void {
    for (const range of ranges) {
      const claim = flights.claim(range)
      void access.lifetime.keep(download(claim, access).then(() => fill(claim, access)))
    }
  }

  /** Readers that may switch wait until they can; the others need not wait for what they will not get. */
  async function followChange(access: OriginAccess): Promise<void> {
    const followed = onChanged(access)
      .then((found) =>
        isSameGeneration(found, record.identity) ? undefined : landing.giveUp(flights.takeAll()),
      )
      .catch(() => undefined)
    void access.lifetime.keep(followed)
    if (context.options.onChange === 'switch') await followed
  }

  const readAhead = createReadAhead({
    generation,
    context,
    async fetch(range, access) {
      lastReadMs = performance.now()
      const chunks = chunksTouching(grid, range)
      await generation.loadPages(chunks)?.catch(() => undefined)
      await context.gate.whenQuiet()
      flights.takeOff(missingOf(chunks))
      const free = flights.free(chunks).flatMap((gap) => cutRange(gap, maxRunBytes))
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
        start(planRequests(range, flights.free(chunks), reach), access)
      }
    },
    fetch(missing, access) {
      flights.takeOff(missing)
      for (const run of joinRuns(missing)) {
        for (const range of flights.free(run)) start(cutRange(range, maxRunBytes), access)
      }
    },
    adopt(range, access) {
      flights.takeOff(missingOf(chunksTouching(grid, range)))
      const claim = flights.claim(range)
      const receiver = receive(claim)
      return {
        ...receiver,
        async settle(error) {
          await receiver.settle(error)
          await fill(claim, access)
        },
      }
    },
    get isStoring() {
      return landing.isStoring
    },
    get fields() {
      return fields.current
    },
    freshen: fields.freshen,
  }
}
