import { indicesOf } from '../core/chunk-grid.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import type { PageRecord } from './catalog-schema.ts'
import {
  checksumOf,
  createPage,
  isPresent,
  isZero,
  markMissing,
  markStored,
  pageOf,
} from './coverage-page.ts'

/** What is known of a stored chunk. */
export interface ChunkFacts {
  readonly checksum: Uint8Array
  readonly zero: boolean
}

/** The pages of a generation that this worker has read. */
export interface CoverageMemory {
  /** Reads the pages that `run` lies on, once each; `undefined`, and no promise, if that has been done. */
  load(run: ChunkRun): Promise<void> | undefined
  /** `undefined` if the chunk is not stored, or its page has not been read. */
  facts(index: number): ChunkFacts | undefined
  has(index: number): boolean
  markStored(index: number, facts: ChunkFacts): void
  markMissing(index: number): void
  /** Reads the pages that `run` lies on again, or all remembered ones: another worker has changed them. */
  reload(run?: ChunkRun): Promise<void>
}

/** Makes the {@link CoverageMemory} of a generation. */
export function createCoverageMemory(
  catalog: CatalogConnection,
  generation: string,
): CoverageMemory {
  const pages = new Map<number, PageRecord>()

  /** A page that came meanwhile has been kept up to date since: it stands, unless it is to be replaced. */
  function read(numbers: readonly number[], replace: boolean): Promise<void> {
    return catalog.use('Reading coverage', async (db) => {
      const { store } = db.transaction('pages')
      await Promise.all(
        numbers.map(async (number) => {
          const page = (await store.get([generation, number])) ?? createPage()
          if (replace || !pages.has(number)) pages.set(number, page)
        }),
      )
    })
  }

  return {
    load(run) {
      const unread: number[] = []
      for (let number = pageOf(run.first); number <= pageOf(run.end - 1); number++) {
        if (!pages.has(number)) unread.push(number)
      }
      return unread.length === 0 ? undefined : read(unread, false)
    },
    facts(index) {
      const page = pages.get(pageOf(index))
      if (page === undefined || !isPresent(page, index)) return undefined
      return { checksum: checksumOf(page, index), zero: isZero(page, index) }
    },
    has(index) {
      const page = pages.get(pageOf(index))
      return page !== undefined && isPresent(page, index)
    },
    markStored(index, facts) {
      const page = pages.get(pageOf(index))
      if (page !== undefined) markStored(page, { index, ...facts })
    },
    markMissing(index) {
      const page = pages.get(pageOf(index))
      if (page !== undefined) markMissing(page, index)
    },
    reload: (run) => read(run === undefined ? [...pages.keys()] : pagesOf(run), true),
  }
}

function pagesOf(run: ChunkRun): number[] {
  return [...indicesOf({ first: pageOf(run.first), end: pageOf(run.end - 1) + 1 })]
}
