import type { ChunkRun } from '../core/chunk-grid.ts'
import { isInRuns } from '../core/chunk-runs.ts'
import { coldness, minuteOf } from '../core/chunk-use.ts'
import { bitsOf } from '../core/bitmap.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { chunksPerPage } from './catalog-schema.ts'
import type { GenerationRecord, PageRecord } from './catalog-schema.ts'
import { dataBytes } from './coverage-catalog.ts'
import { isZero, useOf } from './coverage-page.ts'
import { readSharedData } from './shared-data.ts'
import type { SharedData } from './shared-data.ts'
import type { Eviction, StoredGeneration } from './stored-generation.ts'

/** Room that is wanted, and who has to give. */
export interface SpaceDemand {
  /** At least so many, if they can be had without what is kept. */
  readonly bytes: number
  /** Generations by rank: of those that come later nothing goes while others have something. */
  readonly ranks: readonly (readonly GenerationRecord[])[]
  /** Chunks of a generation that stay in any case: runs, ascending. */
  readonly keptOf: (record: GenerationRecord) => readonly ChunkRun[]
}

/** What one generation gave. */
export interface FreedChunks extends Eviction {
  readonly record: GenerationRecord
}

/** What {@link createSpaceFreer} works with. */
export interface FreerPorts {
  readonly catalog: CatalogConnection
  readonly open: (record: GenerationRecord) => StoredGeneration
}

/**
 * Pages that are compared with each other: of more, some are, and the next time others. So what it costs to free some
 * bytes does not depend on how much is stored.
 */
const windowPages = 32

interface Candidate {
  readonly record: GenerationRecord
  readonly index: number
  readonly cold: number
}

interface FoundPage {
  readonly record: GenerationRecord
  readonly number: number
  readonly page: PageRecord
}

/**
 * Makes what gives up the coldest chunks (`core/chunk-use.ts`). Their bits are off when it resolves, and their data is
 * due: nobody has read them lately.
 */
export function createSpaceFreer({
  catalog,
  open,
}: FreerPorts): (demand: SpaceDemand) => Promise<FreedChunks[]> {
  /** Where the last window ended. Another worker begins anywhere. */
  let hand: { readonly id: string; readonly number: number } | undefined
  /** Chunks without data whose bits could not be cleared yet, by generation. */
  const dropped = new Map<string, Set<number>>()

  /** Pages from the hand on, and then those before it. */
  async function* windowsOf(records: readonly GenerationRecord[]): AsyncGenerator<FoundPage[]> {
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

  async function giveUp(record: GenerationRecord, indices: ReadonlySet<number>): Promise<Eviction> {
    const all = new Set([...indices, ...(dropped.get(record.id) ?? [])])
    const run = { first: Math.min(...all), end: Math.max(...all) + 1 }
    const mayGo = (index: number): boolean => all.has(index)
    const evicted = await open(record).evict(run, { mayGo, delayMs: 0 })
    if (evicted.isUnnoted) dropped.set(record.id, all)
    else dropped.delete(record.id)
    return evicted
  }

  return async ({ bytes, ranks, keptOf }) => {
    const freed: FreedChunks[] = []
    let missing = bytes
    const { isShared, release } = await catalog.use('Looking for room', readSharedData)
    let isSparing = true
    let hasSpared = false

    function mayGo(record: GenerationRecord, index: number): boolean {
      const isKept = isInRuns(keptOf(record), index) || dropped.get(record.id)?.has(index) === true
      if (isKept || !isSparing || !isShared([record.id, index])) return !isKept
      hasSpared = true
      return false
    }

    async function freeFrom(records: readonly GenerationRecord[]): Promise<void> {
      for await (const pages of windowsOf(records)) {
        for (const [record, { indices, bytes: going }] of pickColdest(pages, missing, {
          mayGo,
          release,
        })) {
          const eviction = await giveUp(record, indices)
          freed.push({ record, ...eviction })
          missing -= Math.min(going, eviction.bytes)
        }
        if (missing <= 0) return
      }
    }

    for (const records of ranks) if (missing > 0) await freeFrom(records)
    // Who gives up what others have too frees nothing, until the last of them does.
    isSparing = false
    for (const records of hasSpared ? ranks : []) if (missing > 0) await freeFrom(records)
    return freed
  }
}

interface Picked {
  readonly indices: Set<number>
  /** Of the data that goes with them. */
  bytes: number
}

/** The coldest chunks of some pages, by generation, until enough goes with them. */
function pickColdest(
  pages: readonly FoundPage[],
  bytes: number,
  {
    mayGo,
    release,
  }: Pick<SharedData, 'release'> & {
    readonly mayGo: (record: GenerationRecord, index: number) => boolean
  },
): Map<GenerationRecord, Picked> {
  const minute = minuteOf(Date.now())
  const candidates: Candidate[] = []
  for (const { record, page, number } of pages) {
    for (const index of bitsOf(page.present, number * chunksPerPage)) {
      if (isZero(page, index) || !mayGo(record, index)) continue
      candidates.push({ record, index, cold: coldness(useOf(page, index), minute) })
    }
  }
  const all = new Map<GenerationRecord, Picked>()
  let missing = bytes
  for (const { record, index } of candidates.sort((a, b) => b.cold - a.cold)) {
    if (missing <= 0) break
    const picked = all.get(record) ?? { indices: new Set(), bytes: 0 }
    all.set(record, picked)
    picked.indices.add(index)
    const going = release([record.id, index]) ? dataBytes(record, index) : 0
    picked.bytes += going
    missing -= going
  }
  return all
}
