import { bitsOf } from '../core/bitmap.ts'
import type { ChunkManifest } from '../core/parse-manifest.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { chunksPerPage, checksumBytes, digestBytes, keysOfGeneration } from './catalog-schema.ts'
import type { ChunkKey, GenerationRecord, PageRecord } from './catalog-schema.ts'
import { checksumOf } from './coverage-page.ts'
import { generationStores, removeGeneration } from './remove-generation.ts'
import { promisedHash } from './promised-hashes.ts'
import { transact, unheard } from './transact.ts'

/** A chunk lies in memory until all of it is there: a manifest must not choose longer ones. */
const maxChunkBytes = 4 * 1024 * 1024

/** What came of a manifest. */
export type Adoption =
  /** It is kept with this generation, which may have got another id. */
  | { readonly kind: 'kept'; readonly record: GenerationRecord }
  /** The generation was given up meanwhile. */
  | { readonly kind: 'gone' }
  /** Chunks of another size are stored already, or its own are too long: what it promises cannot be compared. */
  | { readonly kind: 'other-grid' }
  /** Chunks that are stored are not what it promises: it is of another version. */
  | { readonly kind: 'contradicted'; readonly chunk: number }

/**
 * Keeps a manifest with the generation that it describes: from then on no chunk is stored that is not what it promises.
 * Where nothing is stored yet, the generation is made anew with the manifest's chunk size: no id is ever of two sizes.
 */
export function adoptManifest(
  catalog: CatalogConnection,
  id: string,
  manifest: ChunkManifest,
): Promise<Adoption> {
  return catalog.use('Keeping a manifest', (db) =>
    transact(db, { stores: [...generationStores] }, async (transaction): Promise<Adoption> => {
      const store = transaction.objectStore('generations')
      const found = await store.get(id)
      if (found === undefined) return { kind: 'gone' }
      const pages = transaction.objectStore('pages')
      let record: GenerationRecord = { ...found, manifest: 'kept' }
      if (manifest.chunkSize === found.chunkSize) {
        const chunk = await findContradiction(pages, id, manifest)
        if (chunk !== undefined) return { kind: 'contradicted', chunk }
      } else {
        const isStored = (await pages.count(keysOfGeneration(id))) > 0
        if (isStored || manifest.chunkSize > maxChunkBytes) return { kind: 'other-grid' }
        await removeGeneration(transaction, id)
        record = { ...record, id: crypto.randomUUID(), chunkSize: manifest.chunkSize }
      }
      for (const [number, hashes] of splitByPage(manifest.hashes)) {
        unheard(transaction.objectStore('hashes').put(hashes, [record.id, number]))
      }
      unheard(store.put(record))
      return { kind: 'kept', record }
    }),
  )
}

/** A stored chunk that is not what is promised. */
async function findContradiction(
  pages: { get(key: [string, number]): Promise<PageRecord | undefined> },
  id: string,
  { hashes }: ChunkManifest,
): Promise<number | undefined> {
  for (const [number, promises] of splitByPage(hashes)) {
    const page = await pages.get([id, number])
    if (page === undefined) continue
    for (const chunk of bitsOf(page.present, number * chunksPerPage)) {
      const promised = promisedHash(promises, chunk)?.subarray(0, checksumBytes)
      const checksum = checksumOf(page, chunk)
      if (promised?.some((byte, at) => byte !== checksum[at])) return chunk
    }
  }
  return undefined
}

/** Remembers that the origin of a generation has no manifest. */
export async function noteNoManifest(catalog: CatalogConnection, id: string): Promise<void> {
  await catalog.use('Writing the catalog', (db) =>
    transact(db, { stores: ['generations'] }, async (transaction) => {
      const store = transaction.objectStore('generations')
      const record = await store.get(id)
      if (record !== undefined) unheard(store.put({ ...record, manifest: 'none' }))
    }),
  )
}

/** The pages of hashes that are kept with a generation, by page number. */
export async function readHashes(
  catalog: CatalogConnection,
  id: string,
): Promise<Map<number, Uint8Array>> {
  return catalog.use('Reading a manifest', async (db) => {
    const { store } = db.transaction('hashes')
    const range = keysOfGeneration(id)
    const [keys, pages] = await Promise.all([store.getAllKeys(range), store.getAll(range)])
    return new Map(pages.map((page, at) => [(keys[at] as ChunkKey)[1], page]))
  })
}

function* splitByPage(hashes: Uint8Array): Generator<[number, Uint8Array]> {
  const pageBytes = chunksPerPage * digestBytes
  for (let at = 0; at < hashes.byteLength; at += pageBytes) {
    yield [at / pageBytes, hashes.slice(at, at + pageBytes)]
  }
}
