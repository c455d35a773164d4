import { isUntold, untoldVersion } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import { asksAlike } from './asks-alike.ts'
import { replayBoot } from './boot-replay.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import { createDiscovery } from './disk-discovery.ts'
import { createDiskGenerations } from './disk-generations.ts'
import type { DiskGenerations } from './disk-generations.ts'
import { createDiskSessions } from './disk-sessions.ts'
import type { DiskSessions } from './disk-sessions.ts'
import { createGenerationChoice } from './generation-choice.ts'
import { isStorageError } from './is-storage-error.ts'
import type { OriginAccess } from './origin-access.ts'
import { diskChanged, nothingWaits, notStorable } from './request-errors.ts'
import { withStoreBehind } from './session-start.ts'
import { assertWithout, isSeenAs, isWholeIdentity } from './seen-version.ts'
import type { SeenVersion } from './seen-version.ts'
import type { WorkerContext } from './worker-context.ts'

/** Someone who wants bytes of a disk. */
export interface DiskRead {
  /** The page or worker; empty for navigations and prefetches, which make no session. */
  readonly clientId: string
  /** The first byte that is wanted: its chunk is fetched first. `undefined` if no bytes are wanted at all. */
  readonly offset: number | undefined
  /** Whether the whole disk is about to be fetched. @default false */
  readonly wantsAll?: boolean
  readonly access: OriginAccess
}

/** What serves a read: a generation, or the network, with the reason. */
export type Selection =
  | {
      readonly kind: 'generation'
      readonly fetcher: ChunkFetcher
      /** Whether the origin had to be asked what there is. */
      readonly isNew: boolean
      /** Whether the origin has just said that this is still its own; absent where the reader did not ask for that. */
      readonly isValidated?: boolean
    }
  | {
      readonly kind: 'bypass'
      readonly reason: string
      /** What the origin had when that was found out: what is let through must be the same. */
      readonly identity?: GenerationIdentity
      /** Whether the origin has other bytes for such requests than for others. @default false */
      readonly isVariant?: boolean
    }

/** A request that has changed a disk. */
export interface DiskWrite {
  readonly access: OriginAccess
  readonly isReplacement: boolean
}

/** One disk in the worker: decides which generation a client reads. */
export interface DiskReader {
  readonly url: string
  readonly generations: DiskGenerations
  readonly sessions: Pick<DiskSessions, 'commitAgain'>
  /**
   * Chooses the generation that serves this client, and commits the choice before it resolves. An unknown
   * disk is found out by fetching its first wanted chunk.
   *
   * @throws {DiskCacheError} `disk-changed` when the client's generation is not to be had any more, or
   * whatever stood in the way of finding out.
   */
  select(read: DiskRead): Promise<Selection>
  /** What a client reads, if that is known: unlike a read of its own, this begins, moves and asks nothing. */
  readBy(clientId: string): Promise<ChunkFetcher | undefined>
  /**
   * Takes note of a response that was let through: what is not stored must not mix two versions either.
   *
   * @param hint - what it probably is, if it does not tell its size.
   * @throws {DiskCacheError} `disk-changed` if the client reads another version, and is to keep it;
   * `origin-bad-response` for what is not to be believed.
   */
  admit(clientId: string, seen: SeenVersion, hint: GenerationIdentity | undefined): Promise<void>
  /**
   * A client has written to the disk: no session begins on what was there before. Resolves when that is committed.
   *
   * @param write - whether the client replaced the disk, and so reads what it wrote from now on.
   */
  noteWrite(clientId: string, write: DiskWrite): Promise<void>
  /**
   * Asks the origin now. With `on-change=switch` another version is active from then on, else it waits.
   *
   * @throws {DiskCacheError} why it cannot be known, or may not be stored.
   */
  update(access: OriginAccess): Promise<UpdateFinding>
  /**
   * Makes the waiting generation the active one.
   *
   * @throws {DiskCacheError} `no-such-disk` if none waits.
   */
  activate(): Promise<void>
  /** Gives up retired generations that nobody reads, and nobody will need. */
  giveUpRetired(): Promise<void>
  /** The catalog was changed elsewhere: looks again. Resolves when it has; never rejects. */
  refresh(isWrite?: boolean): Promise<void>
}

/** What an origin has, compared with what was stored. */
export interface UpdateFinding {
  readonly record: GenerationRecord
  /** Whether it is what was active before. */
  readonly isSame: boolean
}

/** Makes the reader of the disk with this key. */
export function createDiskReader(url: string, context: WorkerContext): DiskReader {
  const generations = createDiskGenerations(url, context, onChanged)
  const discovery = createDiscovery({ context, generations })
  const sessions = createDiskSessions(url, context)
  const choice = createGenerationChoice({ url, context, generations, discovery, sessions })
  /** First reads that are being decided: the others of the same client wait, so that it gets one generation. */
  const deciding = new Map<string, { read: DiskRead; selection: Promise<Selection> }>()
  /** Clients that were let through because the catalog failed. */
  const unknown = new Set<string>()
  const holds = (): boolean => context.options.onChange === 'hold'

  /** Looks what the origin has now, and takes it over if sessions may change. */
  async function onChanged(access: OriginAccess): Promise<GenerationIdentity> {
    const found = await discovery.discoverAnew({ clientId: '', offset: undefined, access })
    if (found.kind === 'generation' && !holds()) await generations.switchTo(found.record)
    return found.identity
  }

  async function decide(read: DiskRead): Promise<Selection> {
    try {
      const bound = await findTwice(read.clientId)
      const selection = await selectFor(read, bound)
      const isSession = read.clientId !== '' && selection.kind === 'generation'
      if (isSession) replayBoot(context, selection.fetcher, read.access)
      return selection
    } catch (error) {
      // Without a catalog there is no cache, but the disk can be read.
      if (!isStorageError(error)) throw error
      context.log.emit({ type: 'problem', code: error.code, message: error.message, url })
      if (read.clientId !== '' && !sessions.remembered(read.clientId)) unknown.add(read.clientId)
      return { kind: 'bypass', reason: error.message }
    }
  }

  async function selectFor(
    read: DiskRead,
    bound: GenerationIdentity | undefined,
  ): Promise<Selection> {
    if (bound && isUntold(bound)) return { kind: 'bypass', reason: 'its version is not known' }
    if (read.access.use === 'validate') return choice.validated(read, bound)
    return bound === undefined ? choice.forNew(read) : choice.forBound(read, bound)
  }

  /** A catalog that fails once must not make a client a new one. */
  async function findTwice(clientId: string): Promise<GenerationIdentity | undefined> {
    return sessions.find(clientId).catch(() => sessions.find(clientId))
  }

  /** Of whom the catalog once told nothing, it may tell more by now: what an earlier worker has noted stands. */
  async function boundOf(clientId: string): Promise<GenerationIdentity | undefined> {
    const remembered = sessions.remembered(clientId)
    if (remembered !== undefined && !unknown.has(clientId)) return remembered
    return (await findTwice(clientId).catch(() => undefined)) ?? remembered
  }

  async function select(read: DiskRead): Promise<Selection> {
    const { clientId, access } = read
    const committing = context.store.sessions.commitRest()
    if (committing !== undefined) void access.lifetime.keep(committing)
    if (unknown.has(clientId)) return { kind: 'bypass', reason: 'the catalog failed' }
    const bound = sessions.remembered(clientId)
    if (bound !== undefined) return selectFor(read, bound)
    if (clientId === '') return decide(read)
    const first = deciding.get(clientId)
    if (first !== undefined) {
      // If it fails, it fails for all that wait and ask alike: asking once more for each would take them minutes.
      await first.selection.catch((error: unknown) => {
        if (asksAlike(first.read.access, access)) throw error
      })
      return select(read)
    }
    const selection = decide(read)
    deciding.set(clientId, { read, selection })
    try {
      return await selection
    } finally {
      deciding.delete(clientId)
    }
  }

  return {
    url,
    generations,
    sessions,
    select,
    async update(access) {
      const { active } = await generations.known()
      const nobody = withStoreBehind({ clientId: '', offset: undefined, access })
      const found = await discovery.discoverAnew(nobody)
      if (found.kind === 'bypass') throw notStorable(url, found.reason)
      const isSame = found.record.id === active?.id
      if (!isSame && !holds()) await generations.switchTo(found.record)
      const record = (await generations.find(found.record.id)) ?? found.record
      return { record, isSame }
    },
    async activate() {
      const { waiting } = await generations.known()
      if (waiting === undefined) throw nothingWaits(url)
      await generations.switchTo(waiting)
      await generations.giveUpRetired(sessions.areAlive)
    },
    giveUpRetired: () => generations.giveUpRetired(sessions.areAlive),
    async readBy(clientId) {
      const bound =
        sessions.remembered(clientId) ?? (await context.store.sessions.get(clientId, url))
      const record = bound && (await generations.findSame(bound))
      return record && generations.fetcherOf(record)
    },
    async admit(clientId, seen, hint) {
      const known = await boundOf(clientId)
      const { identity } = seen
      // Of one that tells all of itself, nothing is to be guessed.
      const listed = known && isWholeIdentity(identity) ? undefined : generations.known()
      const active = (await listed?.catch(() => undefined))?.active
      if (identity.validator.kind === 'none') assertWithout(known ?? active?.identity, url)
      const version = isWholeIdentity(identity)
        ? identity
        : [known, hint, active?.identity].find((it) => it !== undefined && isSeenAs(it, seen))
      // Where nobody can tell what it reads, it goes on without the store.
      const standing = known ?? (await sessions.bind(clientId, version ?? untoldVersion))
      if (isSeenAs(standing, seen)) return
      discovery.forget()
      if (holds()) throw diskChanged(url)
      if (version !== undefined) await sessions.bind(clientId, version, { replace: true })
    },
    async noteWrite(clientId, { access, isReplacement }) {
      discovery.startOver()
      await generations.requireValidation()
      if (isReplacement) await sessions.release(clientId)
      const { active } = await generations.known()
      if (active !== undefined) void access.lifetime.keep(onChanged(access))
    },
    refresh(isWrite) {
      discovery.forget()
      return generations.refresh(isWrite)
    },
  }
}
