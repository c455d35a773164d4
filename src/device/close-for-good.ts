import type { CatalogConnection } from '../storage/catalog-connection.ts'
import { deviceClosed } from './device-errors.ts'

/**
 * A connection that is never opened again once it was closed: not by who still has it, and not for what was under way
 * either, which a closed connection would open anew. Both reject with `aborted`.
 *
 * @param url - of the disk, for the message.
 */
export function closeForGood(catalog: CatalogConnection, url: string): CatalogConnection {
  let isClosed = false
  return {
    async use(what, work) {
      if (isClosed) throw deviceClosed(url)
      try {
        return await catalog.use(what, async (db) => {
          try {
            return await work(db)
          } catch (error) {
            throw isClosed ? deviceClosed(url) : error
          }
        })
      } finally {
        // It may just have been about to be opened anew.
        if (isClosed) catalog.close()
      }
    },
    close() {
      isClosed = true
      catalog.close()
    },
  }
}
