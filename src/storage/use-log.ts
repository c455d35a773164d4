import { bitsOf, createBitmap, hasBit, setBit } from '../core/bitmap.ts'
import type { Bitmap } from '../core/bitmap.ts'
import { minuteOf, nextUse } from '../core/chunk-use.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { chunksPerPage } from './catalog-schema.ts'
import type { CatalogDatabase, GenerationRecord } from './catalog-schema.ts'
import { isPresent, pageOf, useOf, withUses } from './coverage-page.ts'
import { transact, unheard } from './transact.ts'

/** Which chunks were used, written to the catalog now and then. */
export interface UseLog {
  /** The note-taker of a generation: to be called with each chunk that is read. The hot path: a look-up, mostly. */
  noterOf(record: Pick<GenerationRecord, 'id' | 'url'>): (index: number) => void
  /** Writes what was noted. */
  flush(): Promise<void>
}

/** Sooner than an idle worker is stopped. */
const flushMs = 10_000

/** A chunk that was noted is not noted again for so long. */
const forgetMs = 5 * 60_000

/** Pages of which notes are kept: 128 bytes each. */
const maxPages = 1024

interface Notes {
  readonly url: string
  /** By page number. */
  readonly pages: Map<number, Bitmap>
  readonly unwritten: Set<number>
}

/** Makes the {@link UseLog} of a worker. */
export function createUseLog(catalog: CatalogConnection): UseLog {
  const notes = new Map<string, Notes>()
  let pageCount = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const written = [...notes].filter(([, { unwritten }]) => unwritten.size > 0)
    const work = written.map(([id, { url, pages, unwritten }]) => ({
      id,
      url,
      pages: [...unwritten].map((number) => ({ number, used: pages.get(number) })),
    }))
    for (const [, { unwritten }] of written) unwritten.clear()
    if (pageCount > maxPages) forget()
    if (work.length > 0) await catalog.use('Noting what was used', (db) => write(db, work))
  }

  function forget(): void {
    for (const { pages } of notes.values()) pages.clear()
    pageCount = 0
  }

  function notesOf({ id, url }: Pick<GenerationRecord, 'id' | 'url'>): Notes {
    const known = notes.get(id) ?? { url, pages: new Map(), unwritten: new Set() }
    notes.set(id, known)
    return known
  }

  return {
    noterOf(record) {
      const { pages, unwritten } = notesOf(record)
      return (index) => {
        const number = pageOf(index)
        let used = pages.get(number)
        if (used === undefined) {
          used = createBitmap(chunksPerPage)
          pages.set(number, used)
          if (pageCount++ === 0) setTimeout(forget, forgetMs)
        }
        const slot = index % chunksPerPage
        if (hasBit(used, slot)) return
        setBit(used, slot)
        unwritten.add(number)
        // It is lost with the worker; what was used then is a guess.
        timer ??= setTimeout(() => void flush().catch(() => undefined), flushMs)
      }
    },
    flush,
  }
}

interface UsedPages {
  readonly id: string
  readonly url: string
  readonly pages: readonly { number: number; used: Uint8Array | undefined }[]
}

function write(db: CatalogDatabase, work: readonly UsedPages[]): Promise<void> {
  const minute = minuteOf(Date.now())
  return transact(
    db,
    { stores: ['disks', 'pages'], durability: 'relaxed' },
    async (transaction) => {
      const [disks, store] = [transaction.objectStore('disks'), transaction.objectStore('pages')]
      for (const { id, url, pages } of work) {
        const disk = await disks.get(url)
        if (disk !== undefined) unheard(disks.put({ ...disk, lastUsedAt: Date.now() }))
        for (const { number, used } of pages) {
          const known = await store.get([id, number])
          if (known === undefined || used === undefined) continue
          const page = withUses(known)
          let isChanged = false
          for (const slot of bitsOf(used)) {
            const use = useOf(page, slot)
            const next = isPresent(page, slot) ? nextUse(use, minute) : use
            page.uses[slot] = next
            isChanged ||= next !== use
          }
          if (isChanged) unheard(store.put(page, [id, number]))
        }
      }
    },
  )
}
