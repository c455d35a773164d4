import { profileRanges } from '../core/boot-profile.ts'
import type { BootProfile } from '../core/boot-profile.ts'
import { createBootCatalog } from '../storage/boot-catalog.ts'
import { fromArchive } from '../storage/boot-record.ts'
import type { CatalogConnection } from '../storage/catalog-connection.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'

/**
 * Keeps what boots in another browser read, unless a boot in this one has come to rest: that knows better. One that wants nothing
 * of this version is none: nothing of a boot would ever be missing.
 */
export async function keepProfile(
  catalog: CatalogConnection,
  { url, identity: { sizeBytes } }: GenerationRecord,
  profile: BootProfile,
): Promise<void> {
  if (profileRanges(profile, sizeBytes).length === 0) return
  const { finished } = await createBootCatalog(catalog).find(url)
  if (finished !== undefined) return
  const at = Date.now()
  await catalog.use('Noting a boot', (db) =>
    db.put('boots', {
      url,
      clientId: fromArchive,
      startedAt: at,
      lastNewAt: at,
      isOver: true,
      profile,
    }),
  )
}
