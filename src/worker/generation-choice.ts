import { isSameGeneration } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import { variesBy } from '../core/vary.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { DiskDiscovery } from './disk-discovery.ts'
import type { Discovered } from './discover-generation.ts'
import type { DiskGenerations } from './disk-generations.ts'
import type { DiskRead, Selection } from './disk-reader.ts'
import type { DiskSessions } from './disk-sessions.ts'
import { isOutOfReach } from './is-out-of-reach.ts'
import { diskChanged, notStored } from './request-errors.ts'
import { createSessionStart, withoutBytes, withStoreBehind } from './session-start.ts'
import type { WorkerContext } from './worker-context.ts'

/** Decides which generation of one disk serves a client, and commits the choice. */
export interface GenerationChoice {
  /** For a client that reads the generation `bound` already. */
  forBound(read: DiskRead, bound: GenerationIdentity): Promise<Selection>
  /** For a client that has read nothing yet: it may always have the newest generation. */
  forNew(read: DiskRead): Promise<Selection>
  /** For a client that wants the origin asked first. */
  validated(read: DiskRead, bound: GenerationIdentity | undefined): Promise<Selection>
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
  const start = createSessionStart({ store: context.store, discovery })

  async function forBound(read: DiskRead, bound: GenerationIdentity): Promise<Selection> {
    const { active, waiting, retired } = await generations.known()
    if (isVariant(active ?? waiting, read)) return otherVariant
    const mayChange = context.options.onChange === 'switch'
    const mine = [active, waiting, ...retired].find(
      (record) => record !== undefined && isSameGeneration(record.identity, bound),
    )
    if (mine !== undefined && !mayChange) return serveFrom(mine)
    // Without a network, a retired one is what there is to boot from.
    if (mine?.state === 'retired' && active !== undefined && discovery.canAsk()) {
      return rebind(read, active)
    }
    if (mine !== undefined && mine.needsValidation !== true) return serveFrom(mine)
    // The generation was given up, was written to, or is not stored. If the origin still has it, it is found again.
    try {
      const isNew = active === undefined
      const found = await discover(isNew ? read : withoutBytes(read))
      return await changeOver(read, { bound, found, isNew })
    } catch (error) {
      const stored = mine ?? (mayChange ? active : undefined)
      if (stored === undefined || !isOutOfReach(error)) throw error
      return rebind(read, stored)
    }
  }

  async function forNew(read: DiskRead): Promise<Selection> {
    const { active, waiting } = await generations.known()
    if (isVariant(active ?? waiting, read)) return otherVariant
    if (active?.needsValidation === true) return afterWrite(read, active)
    if (waiting !== undefined) {
      // What is fetched for nobody yet is fetched for those who come.
      if (isPrefetch(read)) return serveFrom(waiting)
      if (await isReady(waiting, active)) {
        await generations.switchTo(waiting)
        return bind(read, waiting)
      }
    }
    const letThrough = discovery.lastBypass(read)
    if (active === undefined) return letThrough ? bindFound(read, letThrough) : forUnknown(read)
    if (letThrough !== undefined && !(await sessions.areAlive(active))) {
      return bindFound(read, letThrough)
    }
    const answer = await start.ask(read, active, waiting !== undefined)
    if (answer.kind === 'found') return begin(read, active, answer.found)
    const fallback = answer.kind === 'unknown' ? await generations.fallback() : undefined
    return bind(read, fallback ?? active)
  }

  /** Whether a waiting generation may take over, without asking anybody: nobody reads the active one, and it is all there. */
  async function isReady(
    waiting: GenerationRecord,
    active: GenerationRecord | undefined,
  ): Promise<boolean> {
    if (active === undefined) return true
    if (!(await context.store.open(waiting).isComplete())) return false
    return !(await sessions.areAlive(active))
  }

  /** There is no active generation: the origin has to be asked. */
  async function forUnknown(read: DiskRead): Promise<Selection> {
    try {
      return await bindFound(read, await discover(read), true)
    } catch (error) {
      const fallback = await generations.fallback()
      if (fallback === undefined || !isOutOfReach(error)) throw error
      return bind(read, fallback)
    }
  }

  async function validated(
    read: DiskRead,
    bound: GenerationIdentity | undefined,
  ): Promise<Selection> {
    const unasked = (): Promise<Selection> =>
      bound === undefined ? forNew(read) : forBound(read, bound)
    const { active } = await generations.known()
    if (active === undefined) return unasked()
    if (isVariant(active, read)) return otherVariant
    if (!discovery.canAsk()) return marked(await unasked(), false)
    try {
      const found = await discovery.discoverAnew(withStoreBehind(withoutBytes(read)))
      const selection = await (bound === undefined
        ? begin(read, active, found)
        : changeOver(read, { bound, found, isNew: false }))
      return marked(selection, true)
    } catch (error) {
      if (!isOutOfReach(error)) throw error
      // What is stored may be used then (RFC 9111 section 4.2.4).
      return marked(await unasked(), false)
    }
  }

  /** Somebody wrote to the disk: what was stored before is for the sessions that read it already, and for no other. */
  async function afterWrite(read: DiskRead, active: GenerationRecord): Promise<Selection> {
    const { waiting } = await generations.known()
    if (waiting !== undefined && waiting.needsValidation !== true) {
      await replaceUnread(active, waiting)
      return bind(read, waiting)
    }
    return begin(read, active, await discover(withoutBytes(read)))
  }

  /** Begins a session with what the origin has now, whatever others read. */
  async function begin(
    read: DiskRead,
    active: GenerationRecord,
    found: Discovered,
  ): Promise<Selection> {
    if (found.kind === 'generation') await replaceUnread(active, found.record)
    return bindFound(read, found)
  }

  /** Retires the active generation for another, if no session reads it any more. */
  async function replaceUnread(active: GenerationRecord, other: GenerationRecord): Promise<void> {
    if (other.id === active.id || (await sessions.areAlive(active))) return
    await generations.switchTo(other)
  }

  /** Goes on with what the origin has now, if the session may. */
  async function changeOver(
    read: DiskRead,
    { bound, found, isNew }: { bound: GenerationIdentity; found: Discovered; isNew: boolean },
  ): Promise<Selection> {
    if (found.kind === 'bypass' && found.isVariant) return otherVariant
    const isSame = isSameGeneration(found.identity, bound)
    const mayChange = context.options.onChange === 'switch'
    if (!isSame && !mayChange) throw diskChanged(url)
    if (found.kind === 'generation') {
      if (found.record.state === 'waiting' && mayChange) await generations.switchTo(found.record)
      return rebind(read, found.record, isNew)
    }
    return found
  }

  async function discover(read: DiskRead): Promise<Discovered> {
    if (read.access.use === 'only-stored') throw notStored(url)
    return discovery.discover(read)
  }

  /** What is let through binds its reader when it comes: it may be another version by then. */
  async function bindFound(read: DiskRead, found: Discovered, isNew = false): Promise<Selection> {
    if (found.kind === 'generation') return bind(read, found.record, isNew)
    return found.isVariant ? otherVariant : found
  }

  async function bind(read: DiskRead, record: GenerationRecord, isNew = false): Promise<Selection> {
    const standing = await sessions.bind(read.clientId, record.identity)
    if (!isSameGeneration(standing, record.identity)) return forBound(read, standing)
    void read.access.lifetime.keep(context.store.generations.touch(url))
    void read.access.lifetime.keep(generations.giveUpRetired(sessions.areAlive))
    return serveFrom(record, isNew)
  }

  async function rebind(
    read: DiskRead,
    record: GenerationRecord,
    isNew = false,
  ): Promise<Selection> {
    const { clientId } = read
    const bound = sessions.remembered(clientId)
    if (bound === undefined || !isSameGeneration(bound, record.identity)) {
      await sessions.bind(clientId, record.identity, { replace: true })
    }
    return serveFrom(record, isNew)
  }

  function serveFrom(record: GenerationRecord, isNew = false): Selection {
    return { kind: 'generation', fetcher: generations.fetcherOf(record), isNew }
  }

  return { forBound, forNew, validated }
}

/** The origin has other bytes for such a request (RFC 9111 section 4.1). */
const otherVariant: Selection = { kind: 'bypass', reason: 'Vary', isVariant: true }

function isVariant(known: GenerationRecord | undefined, { access }: DiskRead): boolean {
  const vary = known?.headers['vary']
  return vary !== undefined && variesBy(vary, access.fields)
}

function marked(selection: Selection, isValidated: boolean): Selection {
  return selection.kind === 'generation' ? { ...selection, isValidated } : selection
}

/** Nobody reads: somebody will. */
function isPrefetch({ clientId, access }: DiskRead): boolean {
  return clientId === '' && access.urgency === 'prefetch'
}
