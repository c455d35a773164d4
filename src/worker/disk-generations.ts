import { totalBytesOf } from '../core/byte-range.ts'
import { runBytes } from '../core/chunk-grid.ts'
import { etagOf } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import type { GenerationEvent } from '../protocol/events.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { NewGeneration } from '../storage/generation-catalog.ts'
import type { Eviction } from '../storage/stored-generation.ts'
import { createChunkFetcher } from './chunk-fetcher.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import type { OriginAccess } from './origin-access.ts'
import { withRoom } from './with-room.ts'
import type { WorkerContext } from './worker-context.ts'

/** The generation that new sessions read, and the one that waits to take its place. */
export interface KnownGenerations {
  readonly active: GenerationRecord | undefined
  readonly waiting: GenerationRecord | undefined
}

/** A generation as the origin showed it. */
export interface FoundGeneration extends Omit<
  NewGeneration,
  'url' | 'createdAt' | 'needsValidation'
> {
  /** {@link DiskGenerations.writes} when the origin was asked. */
  readonly writes: number
}

/** The generations of one disk, as the catalog has them, remembered for the hot path. */
export interface DiskGenerations {
  /** How often the disk may have been written to: what was asked for before the last time says nothing any more. */
  readonly writes: number
  /** Asks the catalog only when something has changed. */
  known(): Promise<KnownGenerations>
  /** The fetcher of a generation: the same one for the same generation. */
  fetcherOf(record: GenerationRecord): ChunkFetcher
  /** Finds the generation in the catalog, or makes it: active if there is none, else waiting. */
  ensure(found: FoundGeneration): Promise<GenerationRecord>
  /** What {@link DiskGenerations.ensure} made is to be known from now on: its first chunks are under way. */
  relist(): void
  /** Makes a generation the active one, and gives up the others. */
  switchTo(record: GenerationRecord): Promise<void>
  /** Gives up a generation: unusable at once, its data goes later. */
  drop(record: GenerationRecord): Promise<Eviction>
  /** The disk was written to: no generation may begin a new session before the origin was asked. */
  requireValidation(): Promise<void>
  /** The catalog was changed elsewhere: looks again. Resolves when it has; never rejects. */
  refresh(): Promise<void>
}

/** More than a record takes. */
const recordBytes = 64 * 1024

/** What to tell pages about a generation. */
export function generationEvent(
  { url, id: generation, identity }: GenerationRecord,
  state: GenerationEvent['state'],
): GenerationEvent {
  const etag = etagOf(identity.validator)
  return { type: 'generation', url, generation, state, ...(etag && { etag }) }
}

/**
 * Makes the {@link DiskGenerations} of the disk with this key.
 *
 * @param onChanged - a fetch found another generation at the origin than the one it expected; see
 * {@link createChunkFetcher}.
 */
export function createDiskGenerations(
  url: string,
  context: WorkerContext,
  onChanged: (access: OriginAccess) => Promise<GenerationIdentity>,
): DiskGenerations {
  const { store, log } = context
  const fetchers = new Map<string, ChunkFetcher>()
  let listing: Promise<KnownGenerations> | undefined
  let lastListed: KnownGenerations | undefined
  let writes = 0

  async function list(): Promise<KnownGenerations> {
    const records = await store.generations.list(url)
    lastListed = {
      active: records.find(({ state }) => state === 'active'),
      waiting: records.find(({ state }) => state === 'waiting'),
    }
    return lastListed
  }

  function known(): Promise<KnownGenerations> {
    if (listing === undefined) {
      const started = list().catch((error: unknown) => {
        if (listing === started) listing = undefined
        // Storage must not keep a read from being answered. What is fetched is checked all the same.
        if (lastListed === undefined) throw error
        return lastListed
      })
      listing = started
    }
    return listing
  }

  function fetcherOf(record: GenerationRecord): ChunkFetcher {
    const fetcher =
      fetchers.get(record.id) ?? createChunkFetcher(store.open(record), context, onChanged)
    fetchers.set(record.id, fetcher)
    return fetcher
  }

  async function ensure({ writes: asked, ...found }: FoundGeneration): Promise<GenerationRecord> {
    const made = {
      ...found,
      url,
      createdAt: Date.now(),
      ...(asked !== writes && ({ needsValidation: true } as const)),
    }
    const ensured = (): Promise<GenerationRecord> => store.generations.ensure(made)
    const record = await withRoom(context.space, recordBytes, ensured)
    log.emit(generationEvent(record, record.state))
    return record
  }

  async function switchTo(record: GenerationRecord): Promise<void> {
    const before = await store.generations.list(url)
    const active = await store.generations.activate(record.id)
    listing = undefined
    if (active === undefined) return
    for (const old of before) if (old.id !== record.id) retire(old)
    log.emit(generationEvent(active, 'active'))
    context.announceChange(url)
  }

  function retire(old: GenerationRecord): void {
    fetchers.delete(old.id)
    store.drop(old.id)
    log.emit(generationEvent(old, 'gone'))
  }

  return {
    get writes() {
      return writes
    },
    known,
    fetcherOf,
    ensure,
    relist() {
      listing = undefined
    },
    switchTo,
    async drop(record) {
      const { grid, coverage } = store.open(record)
      const runs = await coverage()
      await store.generations.remove(record.id)
      listing = undefined
      retire(record)
      context.announceChange(url)
      return {
        chunks: runs.reduce((sum, run) => sum + run.end - run.first, 0),
        bytes: totalBytesOf(runs.map((run) => runBytes(grid, run))),
      }
    },
    async requireValidation() {
      writes++
      await store.generations.requireValidation(url)
      listing = undefined
      context.announceChange(url)
    },
    async refresh() {
      writes++
      listing = undefined
      await Promise.all([...fetchers.values()].map(({ generation }) => generation.refresh()))
    },
  }
}
