import { settled } from './settled.ts'

/** How stored data is spoiled behind the cache's back. */
export type Spoiling = 'delete' | 'cut' | 'alter'

/** Which of the stored chunks are spoiled. */
export interface SpoilPlan {
  readonly store: 'idb' | 'opfs'
  readonly how: Spoiling
  /** How many chunks. */
  readonly count: number
  /** From which on, in the order in which they lie in the store; it goes round. */
  readonly from: number
}

/** @returns how many chunks were spoiled: fewer than wanted if fewer are there. */
export function spoilChunks(plan: SpoilPlan): Promise<number> {
  return plan.store === 'idb' ? spoilRecords(plan) : spoilFiles(plan)
}

/** Deletes all that this site stores, as a browser does that needs room, while the worker runs. */
export async function clearStorage(): Promise<void> {
  await settled(indexedDB.deleteDatabase('sectorcache'))
  const root = await navigator.storage.getDirectory()
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true })
}

async function spoilRecords({ how, count, from }: SpoilPlan): Promise<number> {
  const db = await settled(indexedDB.open('sectorcache'))
  try {
    const keys = await settled(db.transaction('chunks').objectStore('chunks').getAllKeys())
    const chosen = choose(keys, { count, from })
    for (const key of chosen) {
      const record: unknown = await settled(db.transaction('chunks').objectStore('chunks').get(key))
      const spoiled = await spoilRecord(record, how)
      const store = db.transaction('chunks', 'readwrite').objectStore('chunks')
      if (how === 'delete') await settled(store.delete(key))
      else await settled(store.put(spoiled, key))
    }
    return chosen.length
  } finally {
    db.close()
  }
}

async function spoilRecord(record: unknown, how: Spoiling): Promise<Blob | ArrayBuffer> {
  const data = record instanceof Blob ? await record.arrayBuffer() : (record as ArrayBuffer)
  const bytes = new Uint8Array(how === 'cut' ? data.slice(0, data.byteLength / 2) : data)
  const middle = Math.floor(bytes.length / 2)
  bytes.set([(bytes[middle] ?? 0) ^ 0xff], middle)
  return record instanceof Blob ? new Blob([bytes]) : bytes.buffer
}

async function spoilFiles({ how, count, from }: SpoilPlan): Promise<number> {
  const files: { folder: FileSystemDirectoryHandle; name: string }[] = []
  async function visit(folder: FileSystemDirectoryHandle): Promise<void> {
    for await (const entry of folder.values()) {
      if (entry.kind === 'directory') await visit(entry as FileSystemDirectoryHandle)
      else if (/^\d+$/.test(entry.name)) files.push({ folder, name: entry.name })
    }
  }
  await visit(await navigator.storage.getDirectory())
  const chosen = choose(files, { count, from })
  for (const { folder, name } of chosen) {
    if (how === 'delete') await folder.removeEntry(name)
    else await spoilFile(await folder.getFileHandle(name), how)
  }
  return chosen.length
}

async function spoilFile(handle: FileSystemFileHandle, how: Spoiling): Promise<void> {
  const { size } = await handle.getFile()
  const writable = await handle.createWritable({ keepExistingData: true })
  const position = Math.floor(size / 2)
  if (how === 'cut') await writable.truncate(position)
  else await writable.write({ type: 'write', position, data: new Uint8Array(64) })
  await writable.close()
}

function choose<Item>(
  items: readonly Item[],
  { count, from }: Pick<SpoilPlan, 'count' | 'from'>,
): Item[] {
  const at = from % Math.max(1, items.length)
  return [...items.slice(at), ...items.slice(0, at)].slice(0, count)
}
