import { DiskCacheError, isDiskCacheError } from '../core/errors.ts'
import { isSameGeneration } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import { createDiscovery } from './disk-discovery.ts'
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
  /** The first byte that is wanted: its chunk is fetched first. `undefined` if no bytes are wanted at all. */
  readonly offset: number | undefined
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
  | {
      readonly kind: 'bypass'
      readonly reason: string
      /** What the origin had when that was found out. */
      readonly identity?: GenerationIdentity
    }

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
  /** A response that was let through is of another version than the session's: looks again. */
  reportChange(): DiskCacheError | undefined
  /** The catalog was changed elsewhere: looks again. */
  refresh(): void
}

/** Makes the reader of the disk with this key. */
export function createDiskReader(url: string, context: WorkerContext): DiskReader {
  const generations = createDiskGenerations(url, context, onChanged)
  const discovery = createDiscovery({ context, generations })
  const sessions = createDiskSessions(url, context)
  /** First reads that are being decided: the others of the same client wait, so that it gets one generation. */
  const deciding = new Map<string, Promise<Selection>>()
  /** Clients that were let through because the catalog failed: nobody knows what they read. */
  const unknown = new Set<string>()

  /** The origin has another generation than a fetch expected: finds out which, and whether to believe it. */
  async function onChanged(access: OriginAccess): Promise<void> {
    const found = await discovery.discoverAnew({ clientId: '', offset: undefined, access })
    if (found.kind === 'generation' && context.options.onChange === 'switch') {
      await generations.switchTo(found.record)
    }
  }

  /** For a client that reads the generation `bound` already. */
  async function selectBound(read: DiskRead, bound: GenerationIdentity): Promise<Selection> {
    const { active, waiting } = await generations.known()
    const mine = [active, waiting].find(
      (record) => record !== undefined && isSameGeneration(record.identity, bound),
    )
    if (mine !== undefined) return serveFrom(mine)
    const mayChange = context.options.onChange === 'switch'
    if (mayChange && active !== undefined) return rebind(read, active)
    // The generation was given up, or is not stored. If the origin still has it, it is found again.
    const found = await discovery.discover(active === undefined ? read : withoutBytes(read))
    const isSame = isSameGeneration(found.identity, bound)
    if (!isSame && !mayChange) throw changed(url)
    if (found.kind === 'generation') return rebind(read, found.record, true)
    if (!isSame) await sessions.bind(read.clientId, found.identity, { replace: true })
    return found
  }

  /** For a client that has read nothing yet: it may always have the newest generation. */
  async function selectNew(read: DiskRead): Promise<Selection> {
    const { active, waiting } = await generations.known()
    const isFree = active === undefined || !(await sessions.areAlive(active))
    if (isFree && waiting !== undefined) {
      // The old one is given up only for one that can be had now.
      const found = await discovery.discover(withoutBytes(read)).catch(() => undefined)
      if (found?.kind === 'generation' && found.record.id !== active?.id) {
        await generations.switchTo(found.record)
        return bind(read, found.record, true)
      }
    }
    const letThrough = discovery.lastBypass()
    if (isFree && letThrough !== undefined) return bindFound(read, letThrough)
    if (active !== undefined) return bind(read, active)
    return bindFound(read, await discovery.discover(read))
  }

  async function bindFound(read: DiskRead, found: Discovered): Promise<Selection> {
    if (found.kind === 'generation') return bind(read, found.record, true)
    const standing = await sessions.bind(read.clientId, found.identity)
    return isSameGeneration(standing, found.identity) ? found : selectBound(read, standing)
  }

  async function bind(read: DiskRead, record: GenerationRecord, isNew = false): Promise<Selection> {
    const standing = await sessions.bind(read.clientId, record.identity)
    if (!isSameGeneration(standing, record.identity)) return selectBound(read, standing)
    void read.access.lifetime.keep(context.store.generations.touch(url))
    return serveFrom(record, isNew)
  }

  async function rebind(
    read: DiskRead,
    record: GenerationRecord,
    isNew = false,
  ): Promise<Selection> {
    await sessions.bind(read.clientId, record.identity, { replace: true })
    return serveFrom(record, isNew)
  }

  function serveFrom(record: GenerationRecord, isNew = false): Selection {
    return { kind: 'generation', fetcher: generations.fetcherOf(record), isNew }
  }

  async function decide(read: DiskRead): Promise<Selection> {
    try {
      const bound = await findTwice(read.clientId)
      return await (bound === undefined ? selectNew(read) : selectBound(read, bound))
    } catch (error) {
      // Without a catalog there is no cache, but the disk can be read.
      if (!isDiskCacheError(error) || error.code !== 'storage-failed') throw error
      context.log.emit({ type: 'problem', code: error.code, message: error.message, url })
      if (read.clientId !== '') unknown.add(read.clientId)
      return { kind: 'bypass', reason: error.message }
    }
  }

  /** A catalog that fails once must not make a client a new one. */
  async function findTwice(clientId: string): Promise<GenerationIdentity | undefined> {
    return sessions.find(clientId).catch(() => sessions.find(clientId))
  }

  async function select(read: DiskRead): Promise<Selection> {
    const { clientId } = read
    const bound = sessions.remembered(clientId)
    if (bound !== undefined) return selectBound(read, bound)
    if (unknown.has(clientId)) return { kind: 'bypass', reason: 'the catalog failed' }
    if (clientId === '') return decide(read)
    const first = deciding.get(clientId)
    if (first !== undefined) {
      // If it fails, it fails for all that wait: asking once more for each would take them minutes.
      await first
      return select(read)
    }
    const mine = decide(read)
    deciding.set(clientId, mine)
    try {
      return await mine
    } finally {
      deciding.delete(clientId)
    }
  }

  return {
    url,
    generations,
    select,
    reportChange() {
      discovery.forget()
      return context.options.onChange === 'hold' ? changed(url) : undefined
    },
    refresh() {
      discovery.forget()
      generations.refresh()
    },
  }
}

/** The same reader, wanting to know only what there is. */
function withoutBytes(read: DiskRead): DiskRead {
  return { ...read, offset: undefined }
}

function changed(url: string): DiskCacheError {
  return new DiskCacheError(
    'disk-changed',
    `${url} is not the version any more that this page began to read. Reload the page to read the new one.`,
    { details: { url } },
  )
}
