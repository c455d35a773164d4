import { createBootRecorder, mergeProfiles, profileBlockBytes } from '../core/boot-profile.ts'
import type { BootProfile } from '../core/boot-profile.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { besideDisk } from './boot-record.ts'
import type { BootRecord } from './boot-record.ts'
import type { SessionRecord } from './catalog-schema.ts'
import { transact, unheard } from './transact.ts'

/** Remembers what disks' boots read, over restarts of the worker. */
export interface BootCatalog {
  /** All that is known of the boots of a disk. */
  find(url: string): Promise<KnownBoots>
  /**
   * Keeps what a client has read first, and goes on with what an earlier worker has noted of it. Of older boots, a few stay.
   *
   * @returns `false` if that is no boot: the client began long ago, its boot is surely over, or somebody has recorded it by hand.
   */
  note(boot: NotedBoot): Promise<boolean>
  /** Keeps what lies beside a disk, or that there is nothing. */
  keepBeside(
    url: string,
    found: { readonly generation: string; readonly profile: BootProfile | undefined },
  ): Promise<void>
}

/** What is known of a disk's boots. */
export interface KnownBoots {
  /** Of recorded boots that came to rest; `undefined` if there are none. */
  readonly finished: BootProfile | undefined
  /** Of those that did not, as far as they came. */
  readonly unfinished: BootProfile | undefined
  /** What was found beside the disk when this generation began; `undefined` if nobody has looked. */
  readonly beside: Pick<BootRecord, 'generation' | 'profile'> | undefined
}

/** A boot, as far as one worker has seen it. */
export type NotedBoot = Required<Pick<BootRecord, 'profile'>> & Omit<BootRecord, 'generation'>

/** A boot has come to rest when nothing new was wanted for so long. */
export const quietMs = 20_000

/**
 * Until then, in milliseconds since the epoch, what is read belongs to the boot though that has come to rest: its guest may but
 * have computed for a while. The longer a boot has taken, the slower its guest is.
 */
export function surelyOverAt({
  startedAt,
  lastNewAt,
}: Pick<BootRecord, 'startedAt' | 'lastNewAt'>): number {
  return lastNewAt + Math.max(6 * quietMs, 3 * (lastNewAt - startedAt))
}

/** Boots of a disk that are kept beside the newest. */
const keptBoots = 4

/** Makes the {@link BootCatalog} of a connection. */
export function createBootCatalog(catalog: CatalogConnection): BootCatalog {
  return {
    async find(url) {
      const boots = await catalog.use('Reading boots', (db) => db.getAll('boots', bootsOf(url)))
      const recorded = boots.filter(isRecorded)
      return {
        finished: merge(recorded.filter(({ isOver }) => isOver)),
        unfinished: merge(recorded.filter(({ isOver }) => !isOver)),
        beside: boots.find(({ clientId }) => clientId === besideDisk),
      }
    },
    note: (boot) =>
      catalog.use('Noting a boot', (db) =>
        transact(
          db,
          { stores: ['boots', 'sessions'], durability: 'relaxed' },
          async (transaction) => {
            const store = transaction.objectStore('boots')
            const { url, clientId } = boot
            const boots = await store.getAll(bootsOf(url))
            const known = boots.find((other) => other.clientId === clientId)
            const session = await transaction.objectStore('sessions').get([clientId, url])
            if (!isBoot(boot, known, session)) return false
            unheard(store.put(known === undefined ? boot : goOn(known, boot)))
            const older = boots.filter((other) => other !== known && other.clientId !== besideDisk)
            for (const { clientId: gone } of older.sort(byWorth).slice(keptBoots)) {
              unheard(store.delete([url, gone]))
            }
            return true
          },
        ),
      ),
    async keepBeside(url, { generation, profile }) {
      const by = { url, clientId: besideDisk, startedAt: Date.now(), lastNewAt: Date.now() }
      await catalog.use('Noting a boot', (db) =>
        db.put('boots', { ...by, generation, ...(profile && { profile }) }),
      )
    },
  }
}

/** The keys of all boots of a disk. */
export function bootsOf(url: string): IDBKeyRange {
  return IDBKeyRange.bound([url], [url, []])
}

function isBoot(
  { startedAt }: NotedBoot,
  known: BootRecord | undefined,
  session: SessionRecord | undefined,
): boolean {
  // A worker that was started anew does not know whom the last one has forgotten.
  if (known === undefined) return startedAt - (session?.startedAt ?? -Infinity) < quietMs
  // Somebody has recorded one by hand in place of it.
  if (known.profile === undefined) return false
  return startedAt < surelyOverAt(known) || (!known.isOver && isGlance(known))
}

/** Whether a client has but looked what there is: its boot is still to come. */
export function isGlance({ profile }: Pick<BootRecord, 'profile'>): boolean {
  const [first, second] = profile?.reads ?? []
  return second === undefined && (first?.[1] ?? 0) <= profileBlockBytes
}

/** What another worker noted, and then this one. */
function goOn(known: BootRecord, boot: NotedBoot): BootRecord {
  if (known.startedAt >= boot.startedAt || isGlance(known)) return boot
  const { startedAt, profile, isOver } = known
  const recorder = createBootRecorder()
  for (const part of [known, boot]) {
    for (const [offset, length, afterMs] of part.profile?.reads ?? []) {
      recorder.note({ start: offset, end: offset + length }, part.startedAt + afterMs)
    }
  }
  const { sizeBytes, etag } = profile ?? boot.profile
  const joined = recorder.profile({ sizeBytes, ...(etag !== undefined && { etag }) })
  // Until when it goes on is judged by the moment when it came to rest.
  const rest = isOver && { isOver, lastNewAt: known.lastNewAt }
  return { ...boot, startedAt, profile: joined, ...rest }
}

/** Whether that is a boot. */
export function isRecorded({ clientId, profile }: BootRecord): boolean {
  return clientId !== besideDisk && profile !== undefined
}

/** Those that came to rest, and then the newest, come first. */
function byWorth(a: BootRecord, b: BootRecord): number {
  return Number(b.isOver ?? false) - Number(a.isOver ?? false) || b.startedAt - a.startedAt
}

function merge(boots: readonly BootRecord[]): BootProfile | undefined {
  const inOrder = boots.toSorted((a, b) => a.startedAt - b.startedAt)
  return mergeProfiles(inOrder.flatMap(({ profile }) => profile ?? []))
}
