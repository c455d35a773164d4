import type { CatalogConnection } from './catalog-connection.ts'
import { chunkStores, keysOfGeneration } from './catalog-schema.ts'
import type { CatalogTransaction, GenerationRecord } from './catalog-schema.ts'
import { deleteGeneration } from './shared-chunks.ts'
import { addTombstone } from './tombstones.ts'
import { transact, unheard } from './transact.ts'

/** In this state only, or only as long as nothing was ever stored of it. */
export type RemovalTerms = GenerationRecord['state'] | 'empty'

/** A transaction in which generations are made and given up. */
export type GenerationTransaction = CatalogTransaction<
  (typeof generationStores)[number][],
  'readwrite'
>

/** The stores of a {@link GenerationTransaction}. */
export const generationStores = [
  'generations',
  'pages',
  'hashes',
  'tombstones',
  'sessions',
] as const

/**
 * Gives up a generation where there is no room for a tombstone: nothing is written, all is deleted but its files.
 *
 * @returns the generation, if it was given up.
 */
export function removeAtOnce(
  catalog: CatalogConnection,
  id: string,
  only?: RemovalTerms,
): Promise<GenerationRecord | undefined> {
  return catalog.use('Deleting chunks', (db) =>
    transact(db, { stores: [...chunkStores] }, async (transaction) => {
      const generation = await deleteRecords(transaction, id, only)
      if (generation !== undefined) await deleteGeneration(transaction, id, true)
      return generation
    }),
  )
}

/**
 * Gives up a generation, inside the caller's transaction: it is unusable at once, its data goes later.
 *
 * @param only - only if it is so. @default however it is
 */
export async function removeGeneration(
  transaction: GenerationTransaction,
  id: string,
  only?: RemovalTerms,
): Promise<void> {
  const generation = await deleteRecords(transaction, id, only)
  if (generation === undefined) return
  const { backend, storedBytes: bytes } = generation
  const dead = { generation: id, backend, ...(bytes !== undefined && { bytes }) }
  addTombstone(transaction.objectStore('tombstones'), dead)
}

/** Deletes what the catalog has of a generation, if it is removable. @returns the generation, if it was */
async function deleteRecords(
  transaction: Pick<GenerationTransaction, 'objectStore'>,
  id: string,
  only: RemovalTerms | undefined,
): Promise<GenerationRecord | undefined> {
  const generation = await findRemovable(transaction, id, only)
  if (generation === undefined) return undefined
  unheard(transaction.objectStore('generations').delete(id))
  unheard(transaction.objectStore('pages').delete(keysOfGeneration(id)))
  unheard(transaction.objectStore('hashes').delete(keysOfGeneration(id)))
  return generation
}

async function findRemovable(
  transaction: Pick<GenerationTransaction, 'objectStore'>,
  id: string,
  only: RemovalTerms | undefined,
): Promise<GenerationRecord | undefined> {
  const generation = await transaction.objectStore('generations').get(id)
  const isSo =
    only === 'empty'
      ? (await transaction.objectStore('pages').count(keysOfGeneration(id))) === 0
      : only === undefined || generation?.state === only
  return isSo ? generation : undefined
}
