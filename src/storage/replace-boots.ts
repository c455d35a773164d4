import type { BootProfile } from '../core/boot-profile.ts'
import { bootsOf, isRecorded } from './boot-catalog.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { byHand } from './boot-record.ts'
import { transact, unheard } from './transact.ts'

/** Keeps what somebody recorded by hand, in place of all that was recorded of a disk before. */
export function replaceBoots(
  catalog: CatalogConnection,
  url: string,
  profile: BootProfile,
): Promise<void> {
  return catalog.use('Noting a boot', (db) =>
    transact(db, { stores: ['boots'] }, async (transaction) => {
      const store = transaction.objectStore('boots')
      for (const { profile: _, ...boot } of (await store.getAll(bootsOf(url))).filter(isRecorded)) {
        // What its client reads from now on is no boot.
        unheard(store.put({ ...boot, startedAt: 0, isOver: true }))
      }
      const now = Date.now()
      const by = { url, clientId: byHand, startedAt: now, lastNewAt: now }
      unheard(store.put({ ...by, isOver: true, profile }))
    }),
  )
}
