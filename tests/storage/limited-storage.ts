import { openDB } from 'idb'
import { vi } from 'vitest'

import { isQuotaError } from '../../src/storage/storage-errors.ts'

/** A part of the origin's storage with a quota of its own. TypeScript does not know it yet. */
interface StorageBucket {
  readonly indexedDB: IDBFactory
  getDirectory(): Promise<FileSystemDirectoryHandle>
}

interface StorageBucketManager {
  open(name: string, options: { quota: number }): Promise<StorageBucket>
}

/** Runs `work` while IndexedDB and OPFS are empty and have room for `quotaBytes`. Chromium only. */
export async function withQuota(quotaBytes: number, work: () => Promise<void>): Promise<void> {
  const { storageBuckets } = navigator as unknown as { storageBuckets: StorageBucketManager }
  // It goes with the profile: to delete it now would break off what the browser does with it in the background.
  const bucket = await storageBuckets.open(crypto.randomUUID(), { quota: quotaBytes })
  vi.stubGlobal('indexedDB', bucket.indexedDB)
  const getDirectory = vi.spyOn(navigator.storage, 'getDirectory')
  getDirectory.mockImplementation(() => bucket.getDirectory())
  try {
    await work()
  } finally {
    vi.unstubAllGlobals()
    getDirectory.mockRestore()
  }
}

/** Fills the room that is left, until IndexedDB takes not even some bytes more. */
export async function fillUp(): Promise<void> {
  const db = await openDB('filler', 1, {
    upgrade: (made) => void made.createObjectStore('bytes', { autoIncrement: true }),
  })
  for (let size = 2 ** 15; size >= 2 ** 6;) {
    const { store, done } = db.transaction('bytes', 'readwrite', { durability: 'strict' })
    const put = store.put(crypto.getRandomValues(new Uint8Array(size)))
    try {
      await Promise.all([put, done])
    } catch (error) {
      if (!isQuotaError(error)) throw error
      size /= 2
    }
  }
  db.close()
}

/** There is no room to note what is given up, so many times. `vi.restoreAllMocks()` ends that. */
export function refuseNotes(times = Infinity): void {
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the store as `this`
  const { add } = IDBObjectStore.prototype
  let left = times
  vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function addNoNote(
    this: IDBObjectStore,
    value: unknown,
    key,
  ) {
    if (this.name === 'tombstones' && left-- > 0) {
      throw new DOMException('There is no room.', 'QuotaExceededError')
    }
    return add.call(this, value, key)
  })
}
