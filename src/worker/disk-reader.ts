import { isDiskCacheError } from '../core/errors.ts'
import { isSameGeneration, isSameValidator } from '../core/generation-identity.ts'
import type { GenerationIdentity, Validator } from '../core/generation-identity.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import { createDiscovery } from './disk-discovery.ts'
import { createDiskGenerations } from './disk-generations.ts'
import type { DiskGenerations } from './disk-generations.ts'
import { createDiskSessions } from './disk-sessions.ts'
import { createGenerationChoice, withoutBytes } from './generation-choice.ts'
import { isOutOfReach } from './is-out-of-reach.ts'
import type { OriginAccess } from './origin-access.ts'
import { diskChanged } from './request-errors.ts'
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
      /** Whether the origin has just said that this is still its own; absent where the reader did not ask for that. */
      readonly isValidated?: boolean
    }
  | {
      readonly kind: 'bypass'
      readonly reason: string
      /** What the origin had when that was found out: what is let through must be the same. */
      readonly identity?: GenerationIdentity
    }

/** What a response that was let through says of its version. */
export interface SeenResponse {
  readonly validator: Validator
  /** `undefined` if it does not tell. */
  readonly sizeBytes: number | undefined
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
  /**
   * Takes note of a response that was let through: what is not stored must not mix two versions either.
   *
   * @throws {DiskCacheError} `disk-changed` if the client reads another version, and is to keep it.
   */
  admit(clientId: string, seen: SeenResponse): Promise<void>
  /**
   * A client has written to the disk. It reads the new version from now on; the others keep theirs. Resolves
   * when that is committed.
   */
  noteWrite(clientId: string, access: OriginAccess): Promise<void>
  /** The catalog was changed elsewhere: looks again. */
  refresh(): void
}

/** Makes the reader of the disk with this key. */
export function createDiskReader(url: string, context: WorkerContext): DiskReader {
  const generations = createDiskGenerations(url, context, onChanged)
  const discovery = createDiscovery({ context, generations })
  const sessions = createDiskSessions(url, context)
  const choice = createGenerationChoice({ url, context, generations, discovery, sessions })
  /** First reads that are being decided: the others of the same client wait, so that it gets one generation. */
  const deciding = new Map<string, Promise<Selection>>()
  /** Clients that were let through because the catalog failed: nobody knows what they read. */
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
      return await (bound === undefined ? choice.forNew(read) : choice.forBound(read, bound))
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

  async function choose(read: DiskRead): Promise<Selection> {
    const { clientId } = read
    const bound = sessions.remembered(clientId)
    if (bound !== undefined) return choice.forBound(read, bound)
    if (unknown.has(clientId)) return { kind: 'bypass', reason: 'the catalog failed' }
    if (clientId === '') return decide(read)
    const first = deciding.get(clientId)
    if (first !== undefined) {
      // If it fails, it fails for all that wait: asking once more for each would take them minutes.
      await first
      return choose(read)
    }
    const mine = decide(read)
    deciding.set(clientId, mine)
    try {
      return await mine
    } finally {
      deciding.delete(clientId)
    }
  }

  /**
   * Asks the origin whether the version that this client reads is still its own.
   *
   * @returns `false` if the origin cannot be asked: what is stored may be used then (RFC 9111 section 4.2.4).
   */
  async function validate(read: DiskRead): Promise<boolean> {
    try {
      const { active } = await generations.known()
      if (active === undefined) return false
      const found = await discovery.discoverAnew(withoutBytes(read))
      const bound = await findTwice(read.clientId)
      if (bound === undefined || isSameGeneration(found.identity, bound)) return true
      if (holds()) throw diskChanged(url)
      if (found.kind === 'generation') await generations.switchTo(found.record)
      return true
    } catch (error) {
      if (isOutOfReach(error)) return false
      throw error
    }
  }

  return {
    url,
    generations,
    async select(read) {
      if (read.access.use !== 'validate') return choose(read)
      const isValidated = await validate(read)
      const selection = await choose(read)
      return selection.kind === 'generation' ? { ...selection, isValidated } : selection
    },
    async admit(clientId, { validator, sizeBytes }) {
      if (unknown.has(clientId)) return
      const bound =
        sessions.remembered(clientId) ?? (await findTwice(clientId).catch(() => undefined))
      if (bound !== undefined && isSameValidator(validator, bound.validator)) return
      if (bound !== undefined) discovery.forget()
      if (bound !== undefined && holds()) throw diskChanged(url)
      if (sizeBytes === undefined) return
      await sessions.bind(clientId, { validator, sizeBytes }, { replace: true })
    },
    async noteWrite(clientId, access) {
      await generations.requireValidation()
      await sessions.release(clientId)
      discovery.forget()
      const { active } = await generations.known()
      if (active !== undefined) void access.lifetime.keep(onChanged(access))
    },
    refresh() {
      discovery.forget()
      generations.refresh()
    },
  }
}
