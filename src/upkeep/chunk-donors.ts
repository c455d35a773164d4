import { bitsOf } from '../core/bitmap.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { chunkBytes, chunksTouching } from '../core/chunk-grid.ts'
import type { CatalogConnection } from '../storage/catalog-connection.ts'
import { checksumBytes, chunksPerPage, keysOfGeneration } from '../storage/catalog-schema.ts'
import { checksumOf } from '../storage/coverage-page.ts'
import { computeDigest } from '../storage/checksum.ts'
import type { StoredChunks } from '../device/stored-chunks.ts'

/** A version of which bytes may be copied. */
export interface ChunkDonor {
  /**
   * Finds bytes by their SHA-256: those of the place where they are wanted, or, where chunks are of that size, of any.
   * What is returned has that hash.
   */
  find(wanted: { readonly range: ByteRange; readonly digest: Uint8Array }): Promise<Bytes>
}

type Bytes = Uint8Array<ArrayBuffer> | undefined

/**
 * Makes a donor of what is stored of a generation.
 *
 * @param chunkSize - of those who want bytes.
 */
export async function openDonor(
  stored: StoredChunks,
  { catalog, chunkSize }: { catalog: CatalogConnection; chunkSize: number },
): Promise<ChunkDonor> {
  const { grid, record } = stored
  const isSameGrid = chunkSize === grid.chunkSize
  const byChecksum = isSameGrid ? await indexChecksums(catalog, record.id) : undefined

  async function read(range: ByteRange, digest: Uint8Array): Promise<Bytes> {
    if (range.end > grid.sizeBytes) return undefined
    await stored.load(chunksTouching(grid, range))
    const bytes = await stored.read(range)
    if (bytes === undefined) return undefined
    const actual = new Uint8Array(await computeDigest(bytes))
    return actual.join() === digest.join() ? bytes : undefined
  }

  return {
    async find({ range, digest }) {
      if (byChecksum === undefined) return read(range, digest)
      const length = range.end - range.start
      for (const index of byChecksum.get(digest.subarray(0, checksumBytes).join()) ?? []) {
        const { start, end } = chunkBytes(grid, index)
        const bytes = end - start === length ? await read({ start, end }, digest) : undefined
        if (bytes !== undefined) return bytes
      }
      return undefined
    },
  }
}

/** The stored chunks of a generation by their checksum. */
async function indexChecksums(
  catalog: CatalogConnection,
  generation: string,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const index = new Map<string, number[]>()
  await catalog.use('Reading coverage', async (db) => {
    const { store } = db.transaction('pages')
    const range = keysOfGeneration(generation)
    const [keys, pages] = await Promise.all([store.getAllKeys(range), store.getAll(range)])
    pages.forEach((page, at) => {
      for (const chunk of bitsOf(page.present, (keys[at]?.[1] ?? 0) * chunksPerPage)) {
        const name = checksumOf(page, chunk).join()
        const chunks = index.get(name)
        if (chunks === undefined) index.set(name, [chunk])
        else chunks.push(chunk)
      }
    })
  })
  return index
}
