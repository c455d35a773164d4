import { totalBytesOf } from '../core/byte-range.ts'
import { runBytes } from '../core/chunk-grid.ts'
import { isDiskCacheError } from '../core/errors.ts'
import { joinCatalogChanges } from '../storage/catalog-changes.ts'
import { createCatalogConnection } from '../storage/catalog-connection.ts'
import type { CatalogConnection } from '../storage/catalog-connection.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import { createGenerationCatalog } from '../storage/generation-catalog.ts'
import { createIdbChunkStore } from '../storage/idb-chunk-store.ts'
import { createOpfsChunkStore } from '../storage/opfs-chunk-store.ts'
import { openGeneration } from '../storage/stored-generation.ts'
import { takeOver } from './take-over.ts'

/** The calls of the worker that an update needs. */
export interface UpdateApi {
  update(url: string): Promise<{
    readonly isSame: boolean
    readonly generation: FoundStatus
  }>
  manifest(url: string): Promise<string | undefined>
  storage(): Promise<{
    readonly budget: number
    readonly usage: number
    readonly disks: readonly { readonly bytes: number }[]
  }>
}

/** A generation as the worker describes it. */
export interface FoundStatus {
  readonly id: string
  readonly state: 'active' | 'waiting' | 'retired'
  readonly size: number
  readonly etag?: string
  readonly lastModified?: string
  readonly storedBytes: number
}

/** See `Disk.update()`. */
export interface UpdateResult {
  readonly url: string
  readonly found: 'same' | 'new'
  readonly state: FoundStatus['state']
  readonly etag?: string
  readonly lastModified?: string
  readonly size: number
  readonly bytesToFetch: number
  readonly bytesTakenOver: number
}

/**
 * Asks the origin of a disk what it has, and takes over from other versions what it has in common with them.
 *
 * @internal what `Disk.update()` does
 * @throws {DiskCacheError} see `Disk.update()`.
 */
export async function updateDisk(api: UpdateApi, url: string): Promise<UpdateResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await updateOnce(api, url)
    } catch (error) {
      const isChanged = isDiskCacheError(error) && error.code === 'disk-changed'
      if (!isChanged || attempt === maxAttempts) throw error
    }
  }
}

/** An origin that is being published changes once or twice. */
const maxAttempts = 3

async function updateOnce(api: UpdateApi, url: string): Promise<UpdateResult> {
  const { isSame, generation } = await api.update(url)
  const { state, size, etag, lastModified } = generation
  const catalog = createCatalogConnection()
  const options = { api, url, catalog, id: generation.id }
  try {
    // Two pages at once would copy the same chunks.
    const { storedBytes, takenBytes } = await navigator.locks.request(
      `sectorcache-update ${url}`,
      () => takeOverAll(options),
    )
    return {
      url,
      found: isSame ? 'same' : 'new',
      state,
      size,
      ...(etag !== undefined && { etag }),
      ...(lastModified !== undefined && { lastModified }),
      bytesToFetch: size - storedBytes,
      bytesTakenOver: takenBytes,
    }
  } finally {
    catalog.close()
  }
}

async function takeOverAll({
  api,
  url,
  catalog,
  id,
}: {
  api: UpdateApi
  url: string
  catalog: CatalogConnection
  id: string
}): Promise<{ storedBytes: number; takenBytes: number }> {
  const generations = createGenerationCatalog(catalog)
  const records = await generations.list()
  const found = records.find((record) => record.id === id)
  if (found === undefined) return { storedBytes: 0, takenBytes: 0 }
  const stores = { idb: createIdbChunkStore(catalog), opfs: createOpfsChunkStore(catalog) }
  const storedIn = async (record: GenerationRecord): Promise<number> => {
    const { grid, coverage } = openGeneration(record, { catalog, store: stores[record.backend] })
    return totalBytesOf((await coverage()).map((run) => runBytes(grid, run)))
  }
  const others: GenerationRecord[] = []
  for (const record of records) {
    if (record.url === found.url && record.id !== id && (await storedIn(record)) > 0) {
      others.push(record)
    }
  }
  // Without them there is nothing to take over, and a manifest of no use.
  if (others.length === 0) return { storedBytes: await storedIn(found), takenBytes: 0 }
  const changes = joinCatalogChanges(() => undefined)
  try {
    const { record, bytes } = await takeOver(found, others, {
      catalog,
      stores,
      fetchManifest: () => api.manifest(url),
      isCurrent: async () => (await api.update(url)).generation.id === id,
      roomBytes: async () => {
        const { budget, usage, disks } = await api.storage()
        const stored = disks.reduce((sum, disk) => sum + disk.bytes, 0)
        return budget - Math.max(usage, stored)
      },
    })
    return { storedBytes: await storedIn(record), takenBytes: bytes }
  } finally {
    // The worker looks again.
    changes.announce(found.url)
    changes.close()
  }
}
