import { joinRuns } from '../core/chunk-grid.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import type { GenerationRecord } from './catalog-schema.ts'
import { clearStoredBits } from './coverage-catalog.ts'
import { checksumOf } from './coverage-page.ts'
import { addTombstone } from './tombstones.ts'
import { transact } from './transact.ts'

/**
 * Turns the bits of chunks off whose data turned out to be bad, and gives up the data.
 *
 * @param bad - chunks with the checksums that their data does not have: what has another one by now stays.
 */
export async function clearBadChunks(
  catalog: CatalogConnection,
  { id, backend }: GenerationRecord,
  bad: ReadonlyMap<number, Uint8Array>,
): Promise<void> {
  const indices = [...bad.keys()]
  const run = { first: Math.min(...indices), end: Math.max(...indices) + 1 }
  const stores = ['generations' as const, 'pages' as const, 'tombstones' as const]
  await catalog.use('Giving up bad chunks', (db) =>
    transact(db, { stores }, async (transaction) => {
      const cleared = await clearStoredBits(transaction, {
        generation: id,
        run,
        mayGo: (index, page) => bad.get(index)?.join() === checksumOf(page, index).join(),
      })
      const dead = { generation: id, backend, runs: joinRuns(cleared) }
      if (cleared.length > 0) addTombstone(transaction.objectStore('tombstones'), dead)
    }),
  )
}
