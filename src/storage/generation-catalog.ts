import { identityKey, isSameGeneration } from '../core/generation-identity.ts'
import { bootsOf } from './boot-catalog.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import type { DiskRecord, GenerationRecord } from './catalog-schema.ts'
import { updateFields } from '../core/stored-fields.ts'
import { generationStores, removeAtOnce, removeGeneration } from './remove-generation.ts'
import type { GenerationTransaction, RemovalTerms } from './remove-generation.ts'
import { isOutOfRoom } from './storage-errors.ts'
import { transact, unheard } from './transact.ts'

/** What a newly found generation needs; the rest is decided here. */
export type NewGeneration = Omit<GenerationRecord, 'id' | 'state'>

/** Reads and changes which generations a disk has. Each function is one transaction. */
export interface GenerationCatalog {
  /** All generations of a disk, or of all disks. */
  list(url?: string): Promise<GenerationRecord[]>
  /**
   * Finds the generation with this identity, or makes it: `active` if the disk has none, else `waiting`.
   * Another waiting one is given up, or retired if a session began on it: the origin has it no more. One that was known gets the newer header fields, and
   * loses its mark, unless `found` has it: then it was seen before somebody wrote. One that was retired waits again.
   * Where another generation has a manifest, a new one gets its chunk size: the next manifest will have it too.
   */
  ensure(found: NewGeneration): Promise<GenerationRecord>
  /** Makes `id` the active generation of its disk, and retires the one that was; one that waits is given up. */
  activate(id: string): Promise<GenerationRecord | undefined>
  /**
   * Gives up a generation: it is unusable at once, its data goes later.
   *
   * @param only - only if it is so: it may have changed since somebody looked. @default however it is
   */
  remove(id: string, only?: RemovalTerms): Promise<void>
  /** Marks all generations of a disk as to be validated before their next use. {@link GenerationCatalog.ensure} takes the mark away. */
  requireValidation(url: string): Promise<void>
  /** What is known of each disk. */
  disks(): Promise<DiskRecord[]>
  /** Adds tags to a disk, which need not be known yet. */
  tag(url: string, tags: readonly string[]): Promise<void>
  /** Remembers that a disk was used just now. */
  touch(url: string): Promise<void>
  /**
   * Forgets disks, and what was recorded of their boots. Their generations must have been removed.
   *
   * @param mayForget - only if a disk is so by now. @default however it is
   */
  forgetDisks(urls: readonly string[], mayForget?: (disk: DiskRecord) => boolean): Promise<void>
}

/**
 * Makes the {@link GenerationCatalog} of a connection.
 *
 * @param deleteFiles - deletes the files of a generation where there is no room to note that they are to go. @default leaves
 * them to `sweepOrphans()`
 */
export function createGenerationCatalog(
  catalog: CatalogConnection,
  deleteFiles?: (id: string) => Promise<void>,
): GenerationCatalog {
  function change<Result>(
    work: (transaction: GenerationTransaction) => Promise<Result>,
  ): Promise<Result> {
    return catalog.use('Writing the catalog', (db) =>
      transact(db, { stores: [...generationStores] }, work),
    )
  }

  function updateDisk(url: string, update: (disk: DiskRecord) => DiskRecord): Promise<void> {
    return catalog.use('Writing the catalog', (db) =>
      transact(db, { stores: ['disks'], durability: 'relaxed' }, async (transaction) => {
        const store = transaction.objectStore('disks')
        const disk = (await store.get(url)) ?? { url, tags: [], lastUsedAt: Date.now() }
        await store.put(update(disk))
      }),
    )
  }

  return {
    list: (url) =>
      catalog.use('Reading the catalog', (db) =>
        url === undefined
          ? db.getAll('generations')
          : db.getAllFromIndex('generations', 'url', url),
      ),
    ensure: (found) => change((transaction) => ensureGeneration(transaction, found)),
    activate: (id) => change((transaction) => activateGeneration(transaction, id)),
    async remove(id, only) {
      try {
        await change((transaction) => removeGeneration(transaction, id, only))
      } catch (error) {
        if (!isOutOfRoom(error)) throw error
        const removed = await removeAtOnce(catalog, id, only)
        // What cannot be deleted now is an orphan.
        if (removed?.backend === 'opfs') await deleteFiles?.(id).catch(() => undefined)
      }
    },
    requireValidation: (url) =>
      change(async (transaction) => {
        const store = transaction.objectStore('generations')
        for (const record of await store.index('url').getAll(url)) {
          unheard(store.put({ ...record, needsValidation: true }))
        }
      }),
    disks: () => catalog.use('Reading the catalog', (db) => db.getAll('disks')),
    tag: (url, tags) =>
      updateDisk(url, (disk) => ({ ...disk, tags: [...new Set([...disk.tags, ...tags])] })),
    touch: (url) => updateDisk(url, (disk) => ({ ...disk, lastUsedAt: Date.now() })),
    async forgetDisks(urls, mayForget) {
      await catalog.use('Writing the catalog', (db) =>
        transact(db, { stores: ['disks', 'boots'] }, async (transaction) => {
          const disks = transaction.objectStore('disks')
          for (const url of urls) {
            const disk = mayForget && (await disks.get(url))
            if (disk !== undefined && mayForget?.(disk) === false) continue
            unheard(disks.delete(url))
            unheard(transaction.objectStore('boots').delete(bootsOf(url)))
          }
        }),
      )
    },
  }
}

async function ensureGeneration(
  transaction: GenerationTransaction,
  found: NewGeneration,
): Promise<GenerationRecord> {
  const store = transaction.objectStore('generations')
  const siblings = await store.index('url').getAll(found.url)
  const wanted = identityKey(found.identity)
  const known = siblings.find((sibling) => identityKey(sibling.identity) === wanted)
  for (const sibling of siblings) {
    if (sibling.state === 'waiting' && sibling !== known) {
      await overtake(transaction, sibling)
    }
  }
  const active = siblings.find((sibling) => sibling.state === 'active')
  const state = active === undefined || active === known ? 'active' : 'waiting'
  if (known !== undefined) {
    const validated = { ...freshen(known, found), state } as const
    unheard(store.put(validated))
    return validated
  }
  const { chunkSize } = siblings.find(({ manifest }) => manifest === 'kept') ?? found
  const made: GenerationRecord = { ...found, chunkSize, id: crypto.randomUUID(), state }
  unheard(store.put(made))
  return made
}

/** A generation that the origin has shown again, with the fields of its newest response (RFC 9111 section 4.3.4). */
function freshen(known: GenerationRecord, found: NewGeneration): GenerationRecord {
  const { needsValidation, ...validated } = known
  return {
    ...validated,
    ...(needsValidation && found.needsValidation && { needsValidation }),
    headers: updateFields(known.headers, found.headers),
    receivedAt: found.createdAt,
    acceptsRanges: known.acceptsRanges || found.acceptsRanges,
  }
}

async function activateGeneration(
  transaction: GenerationTransaction,
  id: string,
): Promise<GenerationRecord | undefined> {
  const store = transaction.objectStore('generations')
  const chosen = await store.get(id)
  if (chosen === undefined) return undefined
  for (const sibling of await store.index('url').getAll(chosen.url)) {
    if (sibling.id === id) continue
    if (sibling.state === 'waiting') await overtake(transaction, sibling)
    else unheard(store.put({ ...sibling, state: 'retired' }))
  }
  const active: GenerationRecord = { ...chosen, state: 'active' }
  unheard(store.put(active))
  return active
}

/** A generation that waited will not be active any more: it is given up, unless a session began on it. */
async function overtake(
  transaction: GenerationTransaction,
  waiting: GenerationRecord,
): Promise<void> {
  const sessions = await transaction.objectStore('sessions').index('url').getAll(waiting.url)
  if (sessions.some(({ identity }) => isSameGeneration(identity, waiting.identity))) {
    unheard(transaction.objectStore('generations').put({ ...waiting, state: 'retired' }))
  } else {
    await removeGeneration(transaction, waiting.id)
  }
}
