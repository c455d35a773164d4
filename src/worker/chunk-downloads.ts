import type { ByteRange } from '../core/byte-range.ts'
import { countChunks } from '../core/chunk-grid.ts'
import { toDiskCacheError } from '../core/errors.ts'
import type { DiskCacheError } from '../core/errors.ts'
import { isSameGeneration } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import { findStoreObstacle } from '../core/storability.ts'
import type { StoreObstacle } from '../core/storability.ts'
import { DiskChangedError } from '../origin/disk-changed-error.ts'
import { downloadRange } from '../origin/download-range.ts'
import { timedSink } from '../origin/timed-sink.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'
import type { ChunkFlight } from './chunk-flight.ts'
import { createChunkLanding, givenUp } from './chunk-landing.ts'
import { createChunkReceiver } from './chunk-receiver.ts'
import type { ChunkReceiver } from './chunk-receiver.ts'
import { missingOf } from './flight-table.ts'
import type { Claim, FlightTable } from './flight-table.ts'
import type { NewestFields } from './newest-fields.ts'
import { toDownload, urgentAsAwaited } from './origin-access.ts'
import type { OriginAccess } from './origin-access.ts'
import { assertFits, sentTooLittle } from './whole-disk-errors.ts'
import type { WorkerContext } from './worker-context.ts'

/** Downloads of one generation: bring what was claimed to its flights, and the flights into the store. */
export interface ChunkDownloads {
  /**
   * Downloads what was claimed. Never rejects: whoever waits for it hears of what goes wrong.
   *
   * @param needed - what a demanded download is for: when that is here, the rest is not urgent.
   */
  download(claim: Claim, access: OriginAccess, needed?: ByteRange): Promise<void>
  /** The receiving end alone, for a download that has begun elsewhere. */
  receive(claim: Claim): ChunkReceiver
  /** Whether what came last could be stored. */
  readonly isStoring: boolean
  /** Whether chunks are worth to be completed for the store. */
  readonly mayStore: boolean
  /** Nobody completes these: ends those of which nothing is on its way, so that they are not kept in memory. */
  release(flights: Iterable<ChunkFlight>): void
}

/** What {@link createChunkDownloads} needs. */
export interface DownloadPorts {
  readonly generation: StoredGeneration
  readonly context: WorkerContext
  readonly flights: FlightTable
  readonly fields: NewestFields
  /** The origin turned out to have another generation; resolves to what it has, once that is believed. */
  onChanged(access: OriginAccess): Promise<GenerationIdentity>
}

/** Makes the {@link ChunkDownloads} of a generation. */
export function createChunkDownloads({
  generation,
  context,
  flights,
  fields,
  onChanged,
}: DownloadPorts): ChunkDownloads {
  const { grid, record } = generation
  const link = context.linkTo(record.url)
  const landing = createChunkLanding(generation, context)
  /** Why a chunk may not be stored, by one of the answers that brought it. */
  const obstacles = new WeakMap<ChunkFlight, StoreObstacle>()

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

  function receive(claim: Claim): ChunkReceiver {
    return createChunkReceiver(claim, {
      grid,
      land,
      async takeOffAll() {
        assertFits(generation, await context.space.budgetBytes())
        const all = { first: 0, end: countChunks(grid) }
        await generation.loadPages(all)?.catch(() => undefined)
        flights.takeOff(missingOf(generation, all))
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
      lose: (flight, part, error) =>
        lose(flight, { part, error: error ?? sentTooLittle(generation) }),
      count: (bytes) => context.log.countFetch({ requests: 0, bytes }),
    })
  }

  function abandon(abandoned: Iterable<ChunkFlight>, error: DiskCacheError): void {
    for (const flight of abandoned) if (flights.remove(flight)) flight.fail(error)
  }

  /** Readers of other parts get what comes: one refused request is not the end of what others bring. */
  function lose(
    flight: ChunkFlight,
    { part, error }: { part: ByteRange; error: DiskCacheError },
  ): void {
    if (error.code !== 'disk-changed') flight.lose(part, error)
    if (error.code === 'disk-changed' || !flight.isArriving()) abandon([flight], error)
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

  /** Tells the gate what comes: it may be what another download was needed for. */
  function reportingSink(receiver: ChunkReceiver): ChunkReceiver {
    return {
      ...receiver,
      async write(offset, bytes) {
        const written = receiver.write(offset, bytes)
        context.gate.reconsider()
        await written
      },
    }
  }

  async function download(claim: Claim, access: OriginAccess, needed = claim.range): Promise<void> {
    const receiver = receive(claim)
    const { url, id } = record
    context.log.emit({ type: 'fetching', url, generation: id, ranges: [claim.range] })
    try {
      const wanted = { range: claim.range, expected: record.identity }
      const urgent = urgentAsAwaited(access, claim.flights, () => flights.isArriving(needed))
      const reporting = reportingSink(receiver)
      const timed = timedSink(reporting, link, () => context.gate.underWay)
      await downloadRange(toDownload(context, urgent, wanted), timed)
      await receiver.settle(undefined)
    } catch (error) {
      if (error instanceof DiskChangedError) await followChange(access)
      await receiver.settle(
        toDiskCacheError(error, 'origin-unreachable', `Reading ${record.url} failed`),
      )
    }
  }

  return {
    download,
    receive,
    get isStoring() {
      return landing.problem === undefined
    },
    get mayStore() {
      return landing.mayStore
    },
    release(released) {
      for (const flight of released) {
        if (flight.isArriving() || flight.isComplete()) continue
        if (flights.remove(flight)) flight.end(landing.problem)
      }
    },
  }
}
