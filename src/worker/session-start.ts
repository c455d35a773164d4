import { profileRanges } from '../core/boot-profile.ts'
import { mayBeginUnasked } from '../core/session-start.ts'
import type { BootCatalog } from '../storage/boot-catalog.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'
import type { DiskDiscovery } from './disk-discovery.ts'
import type { Discovered } from './discover-generation.ts'
import type { DiskRead } from './disk-reader.ts'
import { missingOfBoot } from './missing-of-boot.ts'
import { startTimer } from './start-timer.ts'

/** What a new session hears of its disk's origin. */
export type StartAnswer =
  /** There is no need to ask: this version will do. */
  | { readonly kind: 'unasked' }
  /** It cannot be asked, or has not said in time. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'found'; readonly found: Discovered }

/** Asks an origin before a session begins on a version of which a part may be gone by now. */
export interface SessionStart {
  /**
   * Asks, if need be, for {@link startLimitMs} at the most. Never rejects.
   *
   * @param isOld - whether the origin is known to have another version: then only what is wholly stored is enough. @default false
   */
  ask(read: DiskRead, active: GenerationRecord, isOld?: boolean): Promise<StartAnswer>
}

/** A session waits so long for the origin at its start, if something is stored. */
export const startLimitMs = 2_000

/** The part of the store that tells what of a generation is there, and what boots read. */
export interface StartStore {
  open(
    record: GenerationRecord,
  ): Pick<StoredGeneration, 'isComplete' | 'grid' | 'loadPages' | 'isStored'>
  readonly boots: Pick<BootCatalog, 'find'>
}

/** Makes the {@link SessionStart} of a disk. */
export function createSessionStart({
  store,
  discovery,
}: {
  store: StartStore
  discovery: Pick<DiskDiscovery, 'discoverAnew' | 'canAsk' | 'noteSilence'>
}): SessionStart {
  /**
   * The one place that knows what a boot needs: what was read by those that came to rest; else the whole disk. One that was cut
   * short would let a session begin whose rest is not to be had any more.
   */
  async function coversBoot(active: GenerationRecord, isOld: boolean): Promise<boolean> {
    const generation = store.open(active)
    if (await generation.isComplete()) return true
    // Else whoever once read more than a boot would never get to the other version.
    if (isOld) return false
    const { finished } = await store.boots.find(active.url)
    if (finished === undefined) return false
    // A longer disk has booted: of this one, nobody knows.
    if (profileRanges(finished, generation.grid.sizeBytes).length === 0) return false
    const { done } = await missingOfBoot(generation, finished).next()
    return done === true
  }

  async function find(read: DiskRead): Promise<Discovered | undefined> {
    const timer = startTimer(startLimitMs)
    try {
      const found = await Promise.race([
        discovery.discoverAnew(withStoreBehind(read)),
        timer.passed.then(() => undefined),
      ])
      if (found === undefined) discovery.noteSilence()
      return found
    } catch {
      return undefined
    } finally {
      timer.stop()
    }
  }

  return {
    async ask(read, active, isOld = false) {
      const cacheControl = active.headers['cache-control']
      let covers: Promise<boolean> | undefined
      const isCovered = (): Promise<boolean> =>
        (covers ??= coversBoot(active, isOld).catch(() => false))
      // Navigations and prefetches begin no session.
      if (
        read.clientId === '' ||
        (await mayBeginUnasked({ cacheControl, coversBoot: isCovered }))
      ) {
        // What it lacks is not to be had without the origin: another version may boot then.
        return { kind: discovery.canAsk() || (await isCovered()) ? 'unasked' : 'unknown' }
      }
      if (read.access.use === 'only-stored' || !discovery.canAsk()) return { kind: 'unknown' }
      // Not with the wanted bytes: they may be under way already, and would be fetched twice.
      const found = await find(withoutBytes(read))
      return found === undefined ? { kind: 'unknown' } : { kind: 'found', found }
    },
  }
}

/** The same reader, with something stored to fall back on. */
export function withStoreBehind(read: DiskRead): DiskRead {
  return { ...read, access: { ...read.access, isPatient: false } }
}

/** The same reader, wanting to know only what there is. */
export function withoutBytes(read: DiskRead): DiskRead {
  return { ...read, offset: undefined }
}
