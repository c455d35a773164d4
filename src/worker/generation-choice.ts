import { isSameGeneration } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import { matchesVary } from '../core/vary.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { DiskDiscovery } from './disk-discovery.ts'
import type { Discovered } from './discover-generation.ts'
import type { DiskGenerations } from './disk-generations.ts'
import type { DiskRead, Selection } from './disk-reader.ts'
import type { DiskSessions } from './disk-sessions.ts'
import { diskChanged, notStored } from './request-errors.ts'
import type { WorkerContext } from './worker-context.ts'

/** Decides which generation of one disk serves a client, and commits the choice. */
export interface GenerationChoice {
  /** For a client that reads the generation `bound` already. */
  forBound(read: DiskRead, bound: GenerationIdentity): Promise<Selection>
  /** For a client that has read nothing yet: it may always have the newest generation. */
  forNew(read: DiskRead): Promise<Selection>
}

/** What {@link createGenerationChoice} decides with. */
export interface ChoicePorts {
  readonly url: string
  readonly context: WorkerContext
  readonly generations: DiskGenerations
  readonly discovery: DiskDiscovery
  readonly sessions: DiskSessions
}

/** Makes the {@link GenerationChoice} of a disk. */
export function createGenerationChoice({
  url,
  context,
  generations,
  discovery,
  sessions,
}: ChoicePorts): GenerationChoice {
  async function forBound(read: DiskRead, bound: GenerationIdentity): Promise<Selection> {
    const { active, waiting } = await generations.known()
    const mayChange = context.options.onChange === 'switch'
    const isUsable = ({ needsValidation }: GenerationRecord): boolean =>
      !mayChange || needsValidation !== true
    const mine = [active, waiting].find(
      (record) => record !== undefined && isSameGeneration(record.identity, bound),
    )
    if (mine !== undefined && isUsable(mine)) return serveFrom(mine, read)
    if (mayChange && active !== undefined && isUsable(active)) return rebind(read, active)
    // The generation was given up, was written to, or is not stored. If the origin still has it, it is found again.
    const found = await discover(active === undefined ? read : withoutBytes(read))
    const isSame = isSameGeneration(found.identity, bound)
    if (!isSame && !mayChange) throw diskChanged(url)
    if (found.kind === 'generation') {
      if (mayChange && active !== undefined && found.record.id !== active.id) {
        await generations.switchTo(found.record)
      }
      return rebind(read, found.record, true)
    }
    if (!isSame) await sessions.bind(read.clientId, found.identity, { replace: true })
    return found
  }

  async function forNew(read: DiskRead): Promise<Selection> {
    const { active, waiting } = await generations.known()
    if (active?.needsValidation === true) return afterWrite(read, active)
    const isFree = active === undefined || !(await sessions.areAlive(active))
    if (isFree && waiting !== undefined) {
      // The old one is given up only for one that can be had now.
      const found = await discover(withoutBytes(read)).catch(() => undefined)
      if (found?.kind === 'generation' && found.record.id !== active?.id) {
        await generations.switchTo(found.record)
        return bind(read, found.record, true)
      }
    }
    const letThrough = discovery.lastBypass()
    if (isFree && letThrough !== undefined) return bindFound(read, letThrough)
    if (active !== undefined) return bind(read, active)
    return bindFound(read, await discover(read))
  }

  /** Somebody wrote to the disk: what was stored before is for the sessions that read it already, and for no other. */
  async function afterWrite(read: DiskRead, active: GenerationRecord): Promise<Selection> {
    const { waiting } = await generations.known()
    if (waiting !== undefined && waiting.needsValidation !== true) {
      await replaceUnread(active, waiting)
      return bind(read, waiting)
    }
    const found = await discover(read)
    if (found.kind === 'generation') await replaceUnread(active, found.record)
    return bindFound(read, found)
  }

  /** Gives up the active generation for another, if no session reads it any more. */
  async function replaceUnread(active: GenerationRecord, other: GenerationRecord): Promise<void> {
    if (other.id === active.id || (await sessions.areAlive(active))) return
    await generations.switchTo(other)
  }

  async function discover(read: DiskRead): Promise<Discovered> {
    if (read.access.use === 'only-stored') throw notStored(url)
    return discovery.discover(read)
  }

  async function bindFound(read: DiskRead, found: Discovered): Promise<Selection> {
    if (found.kind === 'generation') return bind(read, found.record, true)
    const standing = await sessions.bind(read.clientId, found.identity)
    return isSameGeneration(standing, found.identity) ? found : forBound(read, standing)
  }

  async function bind(read: DiskRead, record: GenerationRecord, isNew = false): Promise<Selection> {
    const standing = await sessions.bind(read.clientId, record.identity)
    if (!isSameGeneration(standing, record.identity)) return forBound(read, standing)
    void read.access.lifetime.keep(context.store.generations.touch(url))
    return serveFrom(record, read, isNew)
  }

  async function rebind(
    read: DiskRead,
    record: GenerationRecord,
    isNew = false,
  ): Promise<Selection> {
    await sessions.bind(read.clientId, record.identity, { replace: true })
    return serveFrom(record, read, isNew)
  }

  function serveFrom(record: GenerationRecord, { access }: DiskRead, isNew = false): Selection {
    // The origin has other bytes for such a request (RFC 9111 section 4.1).
    if (!matchesVary(record.nominated, access.fields)) return { kind: 'bypass', reason: 'Vary' }
    return { kind: 'generation', fetcher: generations.fetcherOf(record), isNew }
  }

  return { forBound, forNew }
}

/** The same reader, wanting to know only what there is. */
export function withoutBytes(read: DiskRead): DiskRead {
  return { ...read, offset: undefined }
}
