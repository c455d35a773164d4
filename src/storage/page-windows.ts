import type { ChunkRun } from '../core/chunk-grid.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import type { GenerationRecord, PageRecord } from './catalog-schema.ts'

/** A page, and where it was found. */
export interface FoundPage {
  readonly record: GenerationRecord
  readonly number: number
  readonly page: PageRecord
}

/**
 * Pages that are looked at together: of more, some are, and the next time others. So what it costs to free some bytes does not
 * depend on how much is stored.
 */
const windowPages = 32

/** Makes what reads the pages of generations, some at a time, and goes on another time where it was stopped. */
export function createPageWindows(
  catalog: CatalogConnection,
): (records: readonly GenerationRecord[]) => AsyncGenerator<FoundPage[]> {
  /** Where the last window ended. Another worker begins anywhere. */
  let hand: { readonly id: string; readonly number: number } | undefined

  function readPages(
    record: GenerationRecord,
    { first, end }: ChunkRun,
    limit: number,
  ): Promise<FoundPage[]> {
    const range = IDBKeyRange.bound([record.id, first], [record.id, end], false, true)
    return catalog.use('Looking for room', async (db) => {
      const { store } = db.transaction('pages')
      const [keys, pages] = await Promise.all([
        store.getAllKeys(range, limit),
        store.getAll(range, limit),
      ])
      return pages.map((page, at) => ({ record, page, number: keys[at]?.[1] ?? 0 }))
    })
  }

  /** Pages from the hand on, and then those before it. */
  return async function* windowsOf(records) {
    const ordered = [...records].sort((a, b) => (a.id < b.id ? -1 : 1))
    const found = ordered.findIndex(({ id }) => id === hand?.id)
    const at = found === -1 ? Math.floor(Math.random() * ordered.length) : found
    const from = found === -1 ? 0 : (hand?.number ?? 0)
    const first = ordered[at]
    if (first === undefined) return
    const spans = [
      { record: first, from, end: Infinity },
      ...[...ordered.slice(at + 1), ...ordered.slice(0, at)].map((record) => {
        return { record, from: 0, end: Infinity }
      }),
      { record: first, from: 0, end: from },
    ]
    let pages: FoundPage[] = []
    for (const { record, from: start, end } of spans) {
      for (let next = start; next < end;) {
        const more = await readPages(record, { first: next, end }, windowPages - pages.length)
        pages.push(...more)
        next = (more.at(-1)?.number ?? Infinity) + 1
        if (pages.length < windowPages) break
        hand = { id: record.id, number: next }
        yield pages
        pages = []
      }
    }
    if (pages.length > 0) yield pages
  }
}
