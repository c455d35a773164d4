import type { ChunkKey, PageRecord, ShareRecord } from './catalog-schema.ts'
import { isPresent, pageOf, useOf } from './coverage-page.ts'

/** A stored chunk, as one of those that have some data. */
export interface DataUser {
  readonly generation: string
  readonly index: number
  /** When and how often it was used (`core/chunk-use.ts`). */
  readonly use: number
}

/** Which stored chunks have their data in common, as it was when it was read. */
export interface SharedData {
  /** Those whose data others have too, and was counted with them: so they take no room of their own. */
  readonly repeated: readonly ChunkKey[]
  /** All chunks that have the data of this one, the same list for each of them; `undefined` if no other has. */
  usersOf(key: ChunkKey): readonly DataUser[] | undefined
}

/** What {@link readSharedData} reads: stores of one transaction. */
export interface SharedDataStores {
  readonly pages: { get(key: [string, number]): Promise<PageRecord | undefined> }
  readonly shares: {
    getAllKeys(range: IDBKeyRange | undefined, limit: number): Promise<ChunkKey[]>
    getAll(range: IDBKeyRange | undefined, limit: number): Promise<ShareRecord[]>
  }
}

/** Pointers that are read at a time. */
const batchSize = 1024

/**
 * Reads what chunks share, from the pointers and bits themselves: a figure that is kept would have to be right beside workers
 * that do not know of it. Costs as much as there are pointers.
 */
export async function readSharedData({ pages, shares }: SharedDataStores): Promise<SharedData> {
  const known = new Map<string, Promise<PageRecord | undefined>>()
  /** By each of the chunks that have it, and by where it lies. */
  const users = new Map<string, DataUser[]>()
  const repeated: ChunkKey[] = []

  async function findStored([generation, index]: ChunkKey): Promise<DataUser[]> {
    const number = pageOf(index)
    const name = nameOf([generation, number])
    const reading = known.get(name) ?? pages.get([generation, number])
    known.set(name, reading)
    const page = await reading
    if (page === undefined || !isPresent(page, index)) return []
    return [{ generation, index, use: useOf(page, index) }]
  }

  let range: IDBKeyRange | undefined
  do {
    const [keys, pointers] = await Promise.all([
      shares.getAllKeys(range, batchSize),
      shares.getAll(range, batchSize),
    ])
    for (const [at, { of }] of pointers.entries()) {
      const key = keys[at]
      const [user] = key === undefined ? [] : await findStored(key)
      if (key === undefined || user === undefined) continue
      const all = users.get(nameOf(of)) ?? (await findStored(of))
      if (all.length > 0) repeated.push(key)
      all.push(user)
      users.set(nameOf(of), all).set(nameOf(key), all)
    }
    range = pointers.length < batchSize ? undefined : IDBKeyRange.lowerBound(keys.at(-1), true)
  } while (range !== undefined)

  return {
    repeated,
    usersOf(key) {
      const all = users.get(nameOf(key))
      return all !== undefined && all.length > 1 ? all : undefined
    },
  }
}

function nameOf([generation, number]: ChunkKey): string {
  return `${generation} ${number}`
}
