import { vi } from 'vitest'

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
