import { joinRuns, runBytes } from '../core/chunk-grid.ts'
import { DiskCacheError, toDiskCacheError } from '../core/errors.ts'
import { storeObstacles } from '../core/storability.ts'
import type { StoreObstacle } from '../core/storability.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'
import type { ChunkFlight } from './chunk-flight.ts'
import { notStorable } from './request-errors.ts'
import { createUnconfirmedChunks } from './unconfirmed-chunks.ts'
import type { WorkerContext } from './worker-context.ts'

/** Where the chunks of one generation come down: into the store, if they may. */
export interface ChunkLanding {
  /** Why what came last could not be stored. */
  readonly problem: DiskCacheError | undefined
  /** Whether chunks are worth to be fetched for the store: not for a while when several in a row could not be stored. */
  readonly mayStore: boolean
  /**
   * Stores complete chunks. Readers have their bytes already: that they cannot be kept is told, not thrown.
   *
   * @param obstacle - why the origin's answer may not be stored, if it may not.
   * @returns what went wrong.
   */
  store(
    complete: readonly ChunkFlight[],
    obstacle: StoreObstacle | undefined,
  ): Promise<DiskCacheError | undefined>
  /** An answer that was asked for at `askedAtMs` (`performance.now()`) is of this version still. */
  confirm(askedAtMs: number): void
  /**
   * The version is gone, and its last bytes may be of the next one (`docs/decisions/0009`): gives up what is not
   * confirmed, and sees to it that nothing of `underWay` is stored.
   */
  giveUp(underWay: Iterable<ChunkFlight>): Promise<void>
}

/** When so many attempts to store have failed in a row, nothing is fetched for the sake of storing it for so long. */
const patience = { failures: 3, pauseMs: 5_000 }

/** This version may not be read any more. */
export function givenUp(url: string): DiskCacheError {
  return new DiskCacheError(
    'disk-changed',
    `This version of ${url} was invalidated, or replaced at its origin, while it was being fetched.`,
    { details: { url } },
  )
}

/** Makes the {@link ChunkLanding} of a generation. */
export function createChunkLanding(
  generation: StoredGeneration,
  context: WorkerContext,
): ChunkLanding {
  const { record } = generation
  const unconfirmed = createUnconfirmedChunks(() => performance.now())
  /** Flights that were under way when the version was found to be gone. */
  const torn = new WeakSet<ChunkFlight>()
  let problem: DiskCacheError | undefined
  let [failures, failedAtMs] = [0, -Infinity]

  async function commit(chunks: readonly ChunkFlight[]): Promise<DiskCacheError | undefined> {
    const areTorn = (): boolean => chunks.some((flight) => torn.has(flight))
    try {
      if (areTorn()) return givenUp(record.url)
      if (!(await commitWithRoom(chunks))) {
        // Somebody gave it up, or the browser has cleared our storage: the next read looks what there is.
        context.forget(record.url)
        return givenUp(record.url)
      }
      if (areTorn()) {
        await evict(chunks.map(({ index }) => index))
        return givenUp(record.url)
      }
      reportStored(context, generation, chunks)
      return undefined
    } catch (error) {
      return toDiskCacheError(error, 'storage-failed', 'Chunks could not be stored')
    }
  }

  async function commitWithRoom(chunks: readonly ChunkFlight[]): Promise<boolean> {
    const bytes = chunks.reduce((sum, flight) => sum + flight.length, 0)
    const data = chunks.map((flight) => ({ index: flight.index, bytes: flight.bytes() }))
    // Up to here nothing was awaited: it counts before the next request gets the place of the one that brought it.
    return context.gate.hold(
      bytes,
      context.space.store(bytes, () => generation.commit(data)),
    )
  }

  async function evict(indices: readonly number[]): Promise<void> {
    indices.forEach(generation.discard)
    for (const chunks of joinRuns(indices)) {
      const evicted = await generation.evict(chunks)
      const { url, id } = record
      if (evicted.chunks > 0) context.log.emit({ type: 'evicted', url, generation: id, ...evicted })
    }
    context.announceChange(record.url)
  }

  return {
    get problem() {
      return problem
    },
    get mayStore() {
      return failures < patience.failures || performance.now() - failedAtMs >= patience.pauseMs
    },
    async store(complete, obstacle) {
      // Chunks are written once: one that another worker has stored meanwhile is the same.
      const missing = complete.filter(({ index }) => !generation.isStored(index))
      if (missing.length === 0) return undefined
      unconfirmed.add(missing.map(({ index }) => index))
      problem =
        obstacle === undefined
          ? await commit(missing)
          : notStorable(record.url, storeObstacles[obstacle])
      failures = problem === undefined ? 0 : failures + 1
      failedAtMs = performance.now()
      if (problem !== undefined && problem.code !== 'disk-changed') {
        const { code, message } = problem
        context.log.emit({ type: 'problem', code, message, url: record.url })
      }
      return problem
    },
    confirm: unconfirmed.confirm,
    async giveUp(underWay) {
      for (const flight of underWay) {
        torn.add(flight)
        flight.fail(givenUp(record.url))
      }
      const indices = unconfirmed.takeAll()
      if (indices.length > 0) await evict(indices)
      // Block devices may hold bytes of what was under way.
      else context.announceChange(record.url)
    },
  }
}

function reportStored(
  context: WorkerContext,
  { grid, record }: StoredGeneration,
  chunks: readonly ChunkFlight[],
): void {
  const runs = joinRuns(chunks.map((flight) => flight.index))
  const ranges = runs.map((run) => runBytes(grid, run))
  context.log.emit({ type: 'stored', url: record.url, generation: record.id, ranges })
}
