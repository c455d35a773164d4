import { createCounters, mergeCounters } from '../core/read-counters.ts'
import type { ReadCounters } from '../core/read-counters.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import type { OptionsRecord } from './catalog-schema.ts'

/** Keeps options and figures over restarts of the worker. */
export interface SettingsCatalog {
  /** The options that the pages of a worker's scope asked for. */
  options(scope: string): Promise<OptionsRecord>
  setOptions(scope: string, record: OptionsRecord): Promise<void>
  /** Adds to the figures of all workers. */
  addCounters(more: ReadCounters): Promise<void>
  counters(): Promise<ReadCounters>
  clearCounters(): Promise<void>
}

const total = 'total'

/** Makes the {@link SettingsCatalog} of a connection. */
export function createSettingsCatalog(catalog: CatalogConnection): SettingsCatalog {
  return {
    async options(scope) {
      const record = await catalog.use('Reading options', (db) => db.get('options', scope))
      return record ?? { options: {}, clients: [] }
    },
    async setOptions(scope, record) {
      await catalog.use('Storing options', (db) => db.put('options', record, scope))
    },
    async addCounters(more) {
      await catalog.use('Storing figures', async (db) => {
        const transaction = db.transaction('counters', 'readwrite', { durability: 'relaxed' })
        const counters = (await transaction.store.get(total)) ?? createCounters()
        mergeCounters(counters, more)
        void transaction.store.put(counters, total)
        await transaction.done
      })
    },
    async counters() {
      return (
        (await catalog.use('Reading figures', (db) => db.get('counters', total))) ??
        createCounters()
      )
    },
    async clearCounters() {
      await catalog.use('Clearing figures', (db) => db.delete('counters', total))
    },
  }
}
