import type { CatalogDatabase, ChunkKey, PageRecord } from './catalog-schema.ts'
import { isPresent, pageOf } from './coverage-page.ts'

/** Which stored chunks have their data in common, as it was when it was read. */
export interface SharedData {
  /** Those whose data others have too, and was counted with them: so they take no room of their own. */
  readonly repeated: readonly ChunkKey[]
  /** Whether other stored chunks have the data of this one too. */
  isShared(key: ChunkKey): boolean
  /** A chunk is given up. @returns whether its data goes with it */
  release(key: ChunkKey): boolean
}

/** Pointers that are read at a time. */
const batchSize = 1024

/**
 * Reads what chunks share, from the pointers and bits themselves: a figure that is kept would have to be right beside workers
 * that do not know of it. Costs as much as there are pointers.
 */
export async function readSharedData(db: CatalogDatabase): Promise<SharedData> {
  const transaction = db.transaction(['pages', 'shares'])
  const [pages, shares] = [transaction.objectStore('pages'), transaction.objectStore('shares')]
  const known = new Map<string, Promise<PageRecord | undefined>>()
  const dataOf = new Map<string, string>()
  /** How many stored chunks have this data; only where a pointer leads to it. */
  const users = new Map<string, number>()
  const repeated: ChunkKey[] = []

  async function countStored([generation, index]: ChunkKey): Promise<number> {
    const number = pageOf(index)
    const name = nameOf([generation, number])
    const reading = known.get(name) ?? pages.get([generation, number])
    known.set(name, reading)
    const page = await reading
    return page !== undefined && isPresent(page, index) ? 1 : 0
  }

  function usersOf(key: ChunkKey): [data: string, count: number] {
    const name = nameOf(key)
    const data = dataOf.get(name) ?? name
    return [data, users.get(data) ?? 1]
  }

  let range: IDBKeyRange | undefined
  do {
    const [keys, pointers] = await Promise.all([
      shares.getAllKeys(range, batchSize),
      shares.getAll(range, batchSize),
    ])
    for (const [at, { of }] of pointers.entries()) {
      const key = keys[at]
      if (key === undefined || (await countStored(key)) === 0) continue
      const data = nameOf(of)
      const count = users.get(data) ?? (await countStored(of))
      if (count > 0) repeated.push(key)
      users.set(data, count + 1)
      dataOf.set(nameOf(key), data)
    }
    range = pointers.length < batchSize ? undefined : IDBKeyRange.lowerBound(keys.at(-1), true)
  } while (range !== undefined)

  return {
    repeated,
    isShared: (key) => usersOf(key)[1] > 1,
    release(key) {
      const [data, count] = usersOf(key)
      users.set(data, count - 1)
      return count <= 1
    },
  }
}

function nameOf([generation, number]: ChunkKey): string {
  return `${generation} ${number}`
}
