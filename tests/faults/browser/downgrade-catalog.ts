import { settled } from './settled.ts'

/** The object stores of version 1 of the catalog, and how they were made: none of the code of today. */
const storesOfV1: readonly [string, IDBObjectStoreParameters?, index?: 'url'][] = [
  ['disks', { keyPath: 'url' }],
  ['generations', { keyPath: 'id' }, 'url'],
  ['pages'],
  ['chunks'],
  ['tombstones', { autoIncrement: true }],
  ['sessions', { keyPath: ['clientId', 'url'] }, 'url'],
  ['options'],
  ['counters'],
]

type Records = Map<string, readonly { readonly key: IDBValidKey; readonly value: unknown }[]>

/**
 * Makes the catalog one of version 1, with all that this version knew: as a browser has it whose last visit was before the
 * release that brought version 2. No worker may be running.
 *
 * @returns how many chunks have data.
 */
export async function downgradeCatalog(): Promise<number> {
  const records = await readAll()
  await settled(indexedDB.deleteDatabase('sectorcache'))
  const request = indexedDB.open('sectorcache', 1)
  request.addEventListener('upgradeneeded', () => {
    for (const [name, options, index] of storesOfV1) {
      const store = request.result.createObjectStore(name, options)
      if (index !== undefined) store.createIndex(index, index)
    }
  })
  const db = await settled(request)
  try {
    const names = storesOfV1.map(([name]) => name)
    const transaction = db.transaction(names, 'readwrite', { durability: 'strict' })
    for (const name of names) {
      const store = transaction.objectStore(name)
      const isKeyed = store.keyPath !== null
      for (const { key, value } of records.get(name) ?? []) {
        if (isKeyed) store.put(value)
        else store.put(value, key)
      }
    }
    await new Promise((resolve, reject) => {
      transaction.addEventListener('complete', resolve)
      transaction.addEventListener('abort', () => reject(new Error('the catalog was not written')))
    })
  } finally {
    db.close()
  }
  return records.get('chunks')?.length ?? 0
}

/** The version of the catalog. */
export async function versionOfCatalog(): Promise<number> {
  const all = await indexedDB.databases()
  return all.find(({ name }) => name === 'sectorcache')?.version ?? 0
}

async function readAll(): Promise<Records> {
  const db = await settled(indexedDB.open('sectorcache'))
  try {
    const records: Records = new Map()
    for (const [name] of storesOfV1) records.set(name, await readStore(db, name))
    // Every chunk had data of its own.
    const chunks = records.get('chunks') ?? []
    const dataOf = new Map(chunks.map(({ key, value }) => [String(key), value]))
    const shares = await readStore(db, 'shares')
    const copies = shares.map(({ key, value }) => {
      return { key, value: dataOf.get(String((value as { of: IDBValidKey }).of)) }
    })
    return records.set('chunks', [...chunks, ...copies])
  } finally {
    db.close()
  }
}

async function readStore(
  db: IDBDatabase,
  name: string,
): Promise<{ key: IDBValidKey; value: unknown }[]> {
  const store = db.transaction(name).objectStore(name)
  const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())])
  return keys.map((key, at) => ({ key, value: values[at] as unknown }))
}
