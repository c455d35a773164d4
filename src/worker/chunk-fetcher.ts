import { byteLengthOf } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { chunkBytes, countChunks, indicesOf, joinRuns, runBytes } from '../core/chunk-grid.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import { toDiskCacheError } from '../core/errors.ts'
import { isSameGeneration } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import { findStoreObstacle } from '../core/storability.ts'
import type { StoreObstacle } from '../core/storability.ts'
import { updateFields } from '../core/stored-fields.ts'
import type { StoredFields } from '../core/stored-fields.ts'
import { badResponse } from '../origin/check-response.ts'
import { DiskChangedError } from '../origin/disk-changed-error.ts'
import { downloadRange } from '../origin/download-range.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'
import { createChunkFlight } from './chunk-flight.ts'
import type { ChunkFlight } from './chunk-flight.ts'
import { createChunkLanding, givenUp } from './chunk-landing.ts'
import { createChunkReceiver } from './chunk-receiver.ts'
import type { ChunkReceiver } from './chunk-receiver.ts'
import { toDownload } from './origin-access.ts'
import type { OriginAccess } from './origin-access.ts'
import type { WorkerContext } from './worker-context.ts'

/** The longest run of chunks in one request: what is lost at the most when the worker dies in it. */
export const maxRunBytes: number = 4 * 1024 * 1024

/** Fetches the chunks of one generation: each once, however many readers wait for it. */
export interface ChunkFetcher {
  readonly generation: StoredGeneration
  /** The flight of a chunk that is under way. */
  flightOf(index: number): ChunkFlight | undefined
  /** Sees to it that every chunk of `missing` (ascending) is under way, whatever the catalog says of it. */
  fetch(missing: readonly number[], access: OriginAccess): void
  /**
   * Takes over the download by which the generation was found.
   *
   * @param chunks - those that it brings whole.
   */
  adopt(chunks: ChunkRun): ChunkReceiver
  /** Whether what was fetched last could be stored. */
  readonly isStoring: boolean
  /** The origin's header fields, of its newest response (RFC 9110 section 15.3.7.3). */
  readonly fields: StoredFields
  /** The origin has sent newer ones. */
  freshen(newer: StoredFields): void
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
  const flights = new Map<number, ChunkFlight>()
  const landing = createChunkLanding(generation, context)
  let fields: StoredFields = {
    headers: record.headers,
    receivedAt: record.receivedAt ?? record.createdAt,
  }

  function freshen(newer: StoredFields): void {
    if (newer.receivedAt < fields.receivedAt) return
    fields = { ...newer, headers: updateFields(fields.headers, newer.headers) }
  }

  function takeOff(indices: Iterable<number>): ChunkFlight[] {
    const started: ChunkFlight[] = []
    for (const index of indices) {
      if (flights.has(index)) continue
      const flight = createChunkFlight(index, byteLengthOf(chunkBytes(grid, index)))
      flights.set(index, flight)
      started.push(flight)
    }
    return started
  }

  async function land(
    complete: readonly ChunkFlight[],
    obstacle: StoreObstacle | undefined,
  ): Promise<void> {
    const problem = await landing.store(complete, obstacle)
    for (const flight of complete) {
      if (flights.get(flight.index) === flight) flights.delete(flight.index)
      flight.end(problem)
    }
  }

  async function giveUp(): Promise<void> {
    const underWay = [...flights.values()]
    flights.clear()
    await landing.giveUp(underWay)
  }

  function* missingOf(chunks: ChunkRun): Generator<number> {
    for (const index of indicesOf(chunks)) if (!generation.isStored(index)) yield index
  }

  function receive(owned: readonly ChunkFlight[]): ChunkReceiver {
    let obstacle: StoreObstacle | undefined
    return createChunkReceiver(owned, {
      grid,
      land: (complete) => land(complete, obstacle),
      async takeOffAll() {
        await assertFits(generation, await context.space.budgetBytes())
        const all = { first: 0, end: countChunks(grid) }
        await generation.loadPages(all)?.catch(() => undefined)
        return takeOff(missingOf(all))
      },
      accept({ identity, headers, askedAtMs }) {
        if (!isSameGeneration(identity, record.identity)) throw givenUp(record.url)
        landing.confirm(askedAtMs)
        freshen({ headers, receivedAt: Date.now() })
        obstacle = findStoreObstacle(identity, headers, context.options)
      },
      abandon(abandoned, error) {
        for (const flight of abandoned) {
          if (flights.get(flight.index) !== flight) continue
          flights.delete(flight.index)
          flight.fail(error ?? badResponse(whole(generation), 'sent less than was asked for'))
        }
      },
      count: (bytes) => context.log.countFetch({ requests: 0, bytes }),
    })
  }

  async function run(owned: readonly ChunkFlight[], access: OriginAccess): Promise<void> {
    const [first, last] = [owned.at(0), owned.at(-1)]
    if (first === undefined || last === undefined) return
    const range = runBytes(grid, { first: first.index, end: last.index + 1 })
    const receiver = receive(owned)
    try {
      const wanted = { range, expected: record.identity }
      await downloadRange(toDownload(context, access, wanted), receiver)
      await receiver.settle(undefined)
    } catch (error) {
      if (error instanceof DiskChangedError) await followChange(access)
      await receiver.settle(
        toDiskCacheError(error, 'origin-unreachable', `Reading ${record.url} failed`),
      )
    }
  }

  /** Readers that may switch wait until they can; the others need not wait for what they will not get. */
  async function followChange(access: OriginAccess): Promise<void> {
    const followed = onChanged(access)
      .then((found) => (isSameGeneration(found, record.identity) ? undefined : giveUp()))
      .catch(() => undefined)
    void access.lifetime.keep(followed)
    if (context.options.onChange === 'switch') await followed
  }

  return {
    generation,
    flightOf: (index) => flights.get(index),
    fetch(missing, access) {
      const started = takeOff(missing)
      const maxLength = Math.max(1, Math.floor(maxRunBytes / grid.chunkSize))
      const indices = started.map((flight) => flight.index)
      for (const { first, end } of joinRuns(indices, maxLength)) {
        const owned = started.filter(({ index }) => index >= first && index < end)
        void access.lifetime.keep(run(owned, access))
      }
    },
    adopt: (chunks) => receive(takeOff(missingOf(chunks))),
    get isStoring() {
      return landing.isStoring
    },
    get fields() {
      return fields
    },
    freshen,
  }
}

async function assertFits(generation: StoredGeneration, budgetBytes: number): Promise<void> {
  if (generation.grid.sizeBytes <= budgetBytes) return
  throw badResponse(
    whole(generation),
    'ignores ranges, and the whole file does not fit into the budget. Serve the disk from a server ' +
      'that answers Range requests, or raise "budget"',
  )
}

function whole({ grid, record }: StoredGeneration): { url: string; range: ByteRange } {
  return { url: record.url, range: { start: 0, end: grid.sizeBytes } }
}
