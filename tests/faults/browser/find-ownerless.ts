import { settled } from './settled.ts'

/** What the site stores, and what of it belongs to nothing. */
export interface StorageCensus {
  /** Data, pointers and notes that nobody will ever read, as text for people. */
  readonly ownerless: readonly string[]
  /** Bytes of data of chunks. */
  readonly dataBytes: number
  /** What the browser says that the site uses, in bytes. */
  readonly usageBytes: number
}

const chunksPerPage = 1024

/** Looks at everything that lies in the site's storage, with none of the cache's own code. */
export async function findOwnerless(): Promise<StorageCensus> {
  const ownerless: string[] = []
  let dataBytes = 0
  const db = await settled(indexedDB.open('sectorcache'))
  try {
    const all = <Value>(name: string): Promise<(readonly [IDBValidKey, Value])[]> =>
      readStore<Value>(db, name)
    const generations = new Set((await all('generations')).map(([id]) => id as string))
    const stored = new Set<string>()
    for (const [key, page] of await all<{ present: Uint8Array }>('pages')) {
      const [id, number] = key as [string, number]
      if (!generations.has(id)) ownerless.push(`page ${number} of ${id}`)
      for (let slot = 0; slot < chunksPerPage; slot++) {
        const isPresent = ((page.present[slot >> 3] ?? 0) & (1 << (slot & 7))) !== 0
        if (isPresent) stored.add(`${id},${number * chunksPerPage + slot}`)
      }
    }
    const shared = new Set<string>()
    for (const [key, { of }] of await all<{ of: IDBValidKey }>('shares')) {
      shared.add(String(of))
      if (!stored.has(String(key))) ownerless.push(`pointer ${String(key)}`)
    }
    const data = new Set<string>()
    for (const [key, record] of await all<Blob | ArrayBuffer>('chunks')) {
      const name = String(key)
      data.add(name)
      dataBytes += record instanceof Blob ? record.size : record.byteLength
      if (!stored.has(name) && !shared.has(name)) ownerless.push(`data ${name}`)
    }
    for (const [key] of await all('digests')) {
      if (!data.has(String(key))) ownerless.push(`digest ${String(key)}`)
    }
    for (const [key] of await all('hashes')) {
      if (!generations.has((key as [string, number])[0])) ownerless.push(`hashes ${String(key)}`)
    }
    for (const [, tombstone] of await all('tombstones')) {
      ownerless.push(`tombstone ${JSON.stringify(tombstone)}`)
    }
    dataBytes += await visitFiles(stored, ownerless)
  } finally {
    db.close()
  }
  const { usage = 0 } = await navigator.storage.estimate()
  return { ownerless, dataBytes, usageBytes: usage }
}

/** Lets the clock run for what was given up: it is due now. */
export async function makeTombstonesDue(): Promise<void> {
  const db = await settled(indexedDB.open('sectorcache'))
  try {
    const store = db.transaction('tombstones', 'readwrite').objectStore('tombstones')
    const [keys, records] = await Promise.all([
      settled(store.getAllKeys()),
      settled(store.getAll()),
    ])
    for (const [at, key] of keys.entries()) {
      await settled(store.put({ ...(records[at] as object), dueAt: 0 }, key))
    }
  } finally {
    db.close()
  }
}

/** @returns the bytes of all files of chunks. */
async function visitFiles(stored: ReadonlySet<string>, ownerless: string[]): Promise<number> {
  const root = await navigator.storage.getDirectory()
  let bytes = 0
  async function visit(folder: FileSystemDirectoryHandle, path: string): Promise<void> {
    for await (const entry of folder.values()) {
      const name = `${path}/${entry.name}`
      if (entry.kind === 'directory') {
        await visit(entry as FileSystemDirectoryHandle, name)
        continue
      }
      const [, , generation = '', , index = ''] = name.split('/')
      if (!stored.has(`${generation},${index}`)) ownerless.push(`file ${name}`)
      bytes += (await (entry as FileSystemFileHandle).getFile()).size
    }
  }
  try {
    await visit(root, '')
  } catch (error) {
    // A worker is just sweeping: who looks again sees it as it is.
    if (!(error instanceof DOMException) || error.name !== 'NotFoundError') throw error
    ownerless.push('files that went while they were looked at')
  }
  return bytes
}

async function readStore<Value>(
  db: IDBDatabase,
  name: string,
): Promise<(readonly [IDBValidKey, Value])[]> {
  const store = db.transaction(name).objectStore(name)
  const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())])
  return keys.map((key, at) => [key, values[at] as Value] as const)
}
