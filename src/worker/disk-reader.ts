import { DiskCacheError, isDiskCacheError } from '../core/errors.ts'
import { identityKey } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import { discoverGeneration } from './discover-generation.ts'
import type { Discovered } from './discover-generation.ts'
import { createDiskGenerations } from './disk-generations.ts'
import type { DiskGenerations } from './disk-generations.ts'
import { createDiskSessions } from './disk-sessions.ts'
import type { OriginAccess } from './origin-access.ts'
import type { WorkerContext } from './worker-context.ts'

/** Someone who wants bytes of a disk. */
export interface DiskRead {
  /** The page or worker; empty for navigations and prefetches, which make no session. */
  readonly clientId: string
  /** The first byte that is wanted, if it is known: that chunk is fetched first. */
  readonly offset: number
  readonly access: OriginAccess
}

/** What serves a read: a generation, or the network, with the reason. */
export type Selection =
  | {
      readonly kind: 'generation'
      readonly fetcher: ChunkFetcher
      /** Whether the origin had to be asked what there is. */
      readonly isNew: boolean
    }
  | { readonly kind: 'bypass'; readonly reason: string }

/** One disk in the worker: decides which generation a client reads. */
export interface DiskReader {
  readonly url: string
  readonly generations: DiskGenerations
  /**
   * Chooses the generation that serves this client, and commits the choice before it resolves. An unknown
   * disk is found out by fetching its first wanted chunk.
   *
   * @throws {DiskCacheError} `disk-changed` when the client's generation is not to be had any more, or
   * whatever stood in the way of finding out.
   */
  select(read: DiskRead): Promise<Selection>
  /** Forgets what is remembered of the catalog: it was changed elsewhere. */
  forget(): void
}

/** How long a disk that may not be stored is let through before it is looked at again. */
const bypassMs = 60_000

/** Makes the reader of the disk with this key. */
export function createDiskReader(url: string, context: WorkerContext): DiskReader {
  const generations = createDiskGenerations(url, context)
  const sessions = createDiskSessions(url, context)
  let discovering: Promise<Discovered> | undefined
  let bypass: { found: Discovered; untilMs: number } | undefined

  /** Readers that come meanwhile wait for the same answer. */
  async function discover(read: DiskRead): Promise<Discovered> {
    if (bypass !== undefined && bypass.untilMs > Date.now()) return bypass.found
    discovering ??= discoverGeneration({ context, read, generations }).finally(() => {
      discovering = undefined
    })
    const found = await discovering
    bypass = found.kind === 'bypass' ? { found, untilMs: Date.now() + bypassMs } : undefined
    return found
  }

  /** For a client that reads the generation `bound` already. */
  async function selectBound(read: DiskRead, bound: GenerationIdentity): Promise<Selection> {
    const { active, waiting } = await generations.known()
    const mine = [active, waiting].find(
      (record) => record !== undefined && isSame(record.identity, bound),
    )
    if (mine !== undefined) return serveFrom(mine)
    const mayChange = context.options.onChange === 'switch'
    if (mayChange && active !== undefined) return bind(read, active)
    // The generation was given up. If the origin still has it, it is found again.
    const found = await discover(read)
    if (!isSame(found.identity, bound) && !mayChange) throw changed(url)
    return found.kind === 'bypass' ? found : bind(read, found.record, true)
  }

  /** For a client that has read nothing yet: it may always have the newest generation. */
  async function selectNew(read: DiskRead): Promise<Selection> {
    const { active, waiting } = await generations.known()
    if (waiting !== undefined && (active === undefined || !(await sessions.areAlive(active)))) {
      await generations.switchTo(waiting)
      return bind(read, waiting)
    }
    if (active !== undefined) return bind(read, active)
    const found = await discover(read)
    return found.kind === 'bypass' ? found : bind(read, found.record, true)
  }

  async function bind(read: DiskRead, record: GenerationRecord, isNew = false): Promise<Selection> {
    await sessions.bind(read.clientId, record.identity)
    return serveFrom(record, isNew)
  }

  function serveFrom(record: GenerationRecord, isNew = false): Selection {
    return { kind: 'generation', fetcher: generations.fetcherOf(record), isNew }
  }

  return {
    url,
    generations,
    async select(read) {
      try {
        const bound = sessions.remembered(read.clientId) ?? (await sessions.find(read.clientId))
        return await (bound === undefined ? selectNew(read) : selectBound(read, bound))
      } catch (error) {
        // Without a catalog there is no cache, but the disk can be read.
        if (!isDiskCacheError(error) || error.code !== 'storage-failed') throw error
        context.log.emit({ type: 'problem', code: error.code, message: error.message, url })
        return { kind: 'bypass', reason: error.message }
      }
    },
    forget() {
      bypass = undefined
      generations.forget()
    },
  }
}

function isSame(a: GenerationIdentity, b: GenerationIdentity): boolean {
  return identityKey(a) === identityKey(b)
}

function changed(url: string): DiskCacheError {
  return new DiskCacheError(
    'disk-changed',
    `${url} is not the version any more that this page began to read. Reload the page to read the new one.`,
    { details: { url } },
  )
}
