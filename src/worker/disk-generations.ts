import { totalBytesOf } from '../core/byte-range.ts'
import { runBytes } from '../core/chunk-grid.ts'
import { isSameGeneration } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { NewGeneration } from '../storage/generation-catalog.ts'
import type { RemovalTerms } from '../storage/remove-generation.ts'
import type { Eviction } from '../storage/stored-generation.ts'
import { createChunkFetcher } from './chunk-fetcher.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import { generationChanges } from './generation-changes.ts'
import type { OriginAccess } from './origin-access.ts'
import { recordBytes, withRoom } from './with-room.ts'
import type { WorkerContext } from './worker-context.ts'

/** The generation that new sessions read, the one that waits to take its place, and those whose place was taken. */
export interface KnownGenerations {
  readonly active: GenerationRecord | undefined
  readonly waiting: GenerationRecord | undefined
  readonly retired: readonly GenerationRecord[]
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
  /** A generation as it is now; `undefined` if it was given up. */
  find(id: string): Promise<GenerationRecord | undefined>
  /** The generation that is this version; `undefined` if it is not known, or was given up. */
  findSame(identity: GenerationIdentity): Promise<GenerationRecord | undefined>
  /** The fetcher of a generation: the same one for the same generation. */
  fetcherOf(record: GenerationRecord): ChunkFetcher
  /** Finds the generation in the catalog, or makes it: active if there is none, else waiting. */
  ensure(found: FoundGeneration): Promise<GenerationRecord>
  /** What {@link DiskGenerations.ensure} made is to be known from now on: its first chunks are under way. */
  relist(): void
  /** Makes a generation the active one, and retires the one that was. */
  switchTo(record: GenerationRecord): Promise<void>
  /** The retired generation that is more likely to boot without an origin than the active one: more of it is stored. */
  fallback(): Promise<GenerationRecord | undefined>
  /** Gives up what is retired and neither read by a session nor the {@link DiskGenerations.fallback}. */
  giveUpRetired(isRead: (record: GenerationRecord) => Promise<boolean>): Promise<void>
  /** Gives up a generation: unusable at once, its data goes later. @param only - only if it is so. @default however it is */
  drop(record: GenerationRecord, only?: RemovalTerms): Promise<Eviction>
  /** The disk was written to: no generation may begin a new session before the origin was asked. */
  requireValidation(): Promise<void>
  /**
   * The catalog was changed elsewhere: looks again. Resolves when it has; never rejects.
   *
   * @param isWrite - whether it was because a client wrote to the disk. @default false
   */
  refresh(isWrite?: boolean): Promise<void>
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
      retired: records.filter(({ state }) => state === 'retired'),
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
    const before = await known()
    const made = {
      ...found,
      url,
      createdAt: Date.now(),
      ...(asked !== writes && ({ needsValidation: true } as const)),
    }
    const ensured = (): Promise<GenerationRecord> => store.generations.ensure(made)
    const record = await withRoom(context.space, recordBytes, ensured)
    await tellSince(recordsOf(before))
    return record
  }

  async function switchTo(record: GenerationRecord): Promise<void> {
    const before = await store.generations.list(url)
    await store.generations.activate(record.id)
    listing = undefined
    await tellSince(before)
    context.announceChange(url)
  }

  /** Another worker, or a page that updates, has changed the generations: its events may not reach our pages. */
  async function tellForeign(before: KnownGenerations): Promise<void> {
    const after = await known().catch(() => before)
    tell(recordsOf(before), recordsOf(after))
  }

  /** Tells pages what has become of the generations. */
  async function tellSince(before: readonly GenerationRecord[]): Promise<void> {
    tell(before, await store.generations.list(url))
  }

  function tell(before: readonly GenerationRecord[], after: readonly GenerationRecord[]): void {
    for (const event of generationChanges(before, after)) {
      if (event.state === 'gone') forget(event.generation)
      log.emit(event)
    }
  }

  function forget(id: string): void {
    fetchers.delete(id)
    store.drop(id)
  }

  async function drop(record: GenerationRecord, only?: RemovalTerms): Promise<Eviction> {
    const { grid, coverage } = store.open(record)
    const runs = await coverage()
    const before = await store.generations.list(url)
    await store.generations.remove(record.id, only)
    listing = undefined
    await tellSince(before)
    if (only === undefined) forget(record.id)
    context.announceChange(url)
    return {
      chunks: runs.reduce((sum, run) => sum + run.end - run.first, 0),
      bytes: totalBytesOf(runs.map((run) => runBytes(grid, run))),
    }
  }

  async function fallback(): Promise<GenerationRecord | undefined> {
    const { active, retired } = await known()
    let [best, mostBytes] = [undefined as GenerationRecord | undefined, 0]
    if (retired.length > 0 && active !== undefined) {
      if (await store.open(active).isComplete()) return undefined
      mostBytes = await storedBytesOf(active)
    }
    for (const record of retired) {
      const bytes = await storedBytesOf(record)
      // What boots is worth more than what does not, however much of that is stored.
      if (bytes === record.identity.sizeBytes) return record
      if (bytes > mostBytes) [best, mostBytes] = [record, bytes]
    }
    return best
  }

  async function storedBytesOf(record: GenerationRecord): Promise<number> {
    const { grid, coverage } = store.open(record)
    return totalBytesOf((await coverage()).map((run) => runBytes(grid, run)))
  }

  return {
    get writes() {
      return writes
    },
    known,
    find: async (id) => recordsOf(await known()).find((record) => record.id === id),
    findSame: async (identity) =>
      recordsOf(await known()).find((record) => isSameGeneration(record.identity, identity)),
    fetcherOf,
    ensure,
    relist() {
      listing = undefined
    },
    switchTo,
    drop,
    fallback,
    async giveUpRetired(isRead) {
      const { retired } = await known()
      if (retired.length === 0) return
      const kept = await fallback()
      for (const record of retired) {
        // By now the origin may have gone back to it, and another session have made it the active one.
        if (record.id !== kept?.id && !(await isRead(record))) await drop(record, 'retired')
      }
    },
    async requireValidation() {
      writes++
      await store.generations.requireValidation(url)
      listing = undefined
      context.announceWrite(url)
    },
    async refresh(isWrite = false) {
      if (isWrite) writes++
      listing = undefined
      if (lastListed !== undefined) void tellForeign(lastListed)
      await Promise.all([...fetchers.values()].map(({ generation }) => generation.refresh()))
    },
  }
}

function recordsOf({ active, waiting, retired }: KnownGenerations): GenerationRecord[] {
  return [active, waiting, ...retired].filter((record) => record !== undefined)
}
