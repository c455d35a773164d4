import { settled } from './settled.ts'

/** How many records each object store of the catalog has: tells a browser that has lost all from a cache that has given up some. */
export async function countCatalog(): Promise<Readonly<Record<string, number>>> {
  const db = await settled(indexedDB.open('sectorcache'))
  try {
    const counts: Record<string, number> = {}
    for (const name of db.objectStoreNames) {
      counts[name] = await settled(db.transaction(name).objectStore(name).count())
    }
    return counts
  } finally {
    db.close()
  }
}
