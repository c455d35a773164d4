import { createRangeSet } from '../core/range-set.ts'
import type { ByteRange } from '../core/byte-range.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { transact } from './transact.ts'

/** What is pinned of each disk: bytes, whatever generation they are of, and stored or not. */
export interface PinCatalog {
  /** Of all disks that have pins. */
  list(): Promise<ReadonlyMap<string, readonly ByteRange[]>>
  /** When it resolves, nothing of `ranges` goes any more, not even by an eviction that is under way. */
  add(url: string, ranges: readonly ByteRange[]): Promise<void>
  remove(url: string, ranges: readonly ByteRange[]): Promise<void>
}

/** Makes the {@link PinCatalog} of a connection. */
export function createPinCatalog(catalog: CatalogConnection): PinCatalog {
  function change(
    url: string,
    update: (pins: readonly ByteRange[]) => readonly ByteRange[],
  ): Promise<void> {
    return catalog.use('Writing the catalog', (db) =>
      transact(db, { stores: ['disks'] }, async (transaction) => {
        const store = transaction.objectStore('disks')
        const disk = (await store.get(url)) ?? { url, tags: [], lastUsedAt: Date.now() }
        await store.put({ ...disk, pins: update(disk.pins ?? []) })
      }),
    )
  }

  return {
    async list() {
      const disks = await catalog.use('Reading the catalog', (db) => db.getAll('disks'))
      return new Map(disks.flatMap(({ url, pins = [] }) => (pins.length > 0 ? [[url, pins]] : [])))
    },
    add: (url, ranges) =>
      whilePinsStand(() => change(url, (pins) => setOf([...pins, ...ranges]).ranges)),
    remove(url, ranges) {
      const removed = setOf(ranges)
      return change(url, (pins) => pins.flatMap(removed.gaps))
    },
  }
}

/**
 * Runs `work` while nothing gets pinned. For what looks at pins and then does what no transaction holds together; in one
 * transaction with `disks` it is not needed.
 */
export function whilePinsStand<Result>(work: () => Promise<Result>): Promise<Result> {
  return navigator.locks.request('sectorcache-pins', work)
}

function setOf(ranges: readonly ByteRange[]): ReturnType<typeof createRangeSet> {
  const set = createRangeSet()
  ranges.forEach(set.add)
  return set
}
