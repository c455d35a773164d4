import { createCounters, mergeCounters } from '../core/read-counters.ts'
import type { ReadCounters } from '../core/read-counters.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { resetKey } from './catalog-schema.ts'
import type { OptionsRecord, ResetRecord } from './catalog-schema.ts'
import { transact } from './transact.ts'

/** Keeps options and figures over restarts of the worker. */
export interface SettingsCatalog {
  /** The options that the pages of a worker's scope asked for. */
  options(scope: string): Promise<OptionsRecord>
  /** Changes them in one transaction. Resolves to what stands now. */
  updateOptions(
    scope: string,
    update: (record: OptionsRecord) => OptionsRecord,
  ): Promise<OptionsRecord>
  /** When the browser threw away all that was stored, in milliseconds since the epoch; `undefined` if it never did. */
  resetAt(): Promise<number | undefined>
  /** Adds to the figures of all workers. */
  addCounters(more: ReadCounters): Promise<void>
  counters(): Promise<ReadCounters>
  /** Clears the figures, and gives up prefetch jobs. */
  clearWork(): Promise<void>
  /** How many prefetch jobs there are. Never rejects. */
  countJobs(): Promise<number>
}

const total = 'total'

const noOptions: OptionsRecord = { options: {}, clients: [] }

/** Makes the {@link SettingsCatalog} of a connection. */
export function createSettingsCatalog(catalog: CatalogConnection): SettingsCatalog {
  async function read(key: string): Promise<OptionsRecord | ResetRecord | undefined> {
    return catalog.use('Reading options', (db) => db.get('options', key))
  }

  return {
    options: async (scope) => ((await read(scope)) as OptionsRecord | undefined) ?? noOptions,
    resetAt: async () => ((await read(resetKey)) as ResetRecord | undefined)?.resetAt,
    updateOptions: (scope, update) =>
      catalog.use('Storing options', (db) =>
        transact(db, { stores: ['options'], durability: 'relaxed' }, async (transaction) => {
          const store = transaction.objectStore('options')
          const record = update(
            ((await store.get(scope)) as OptionsRecord | undefined) ?? noOptions,
          )
          await store.put(record, scope)
          return record
        }),
      ),
    async addCounters(more) {
      await catalog.use('Storing figures', (db) =>
        transact(db, { stores: ['counters'], durability: 'relaxed' }, async (transaction) => {
          const store = transaction.objectStore('counters')
          // Older workers did not count everything.
          const counters = { ...createCounters(), ...(await store.get(total)) }
          mergeCounters(counters, more)
          await store.put(counters, total)
        }),
      )
    },
    async counters() {
      const stored = await catalog.use('Reading figures', (db) => db.get('counters', total))
      return { ...createCounters(), ...stored }
    },
    async clearWork() {
      await catalog.use('Clearing figures', async (db) => {
        await db.delete('counters', total)
        await db.clear('jobs')
      })
    },
    countJobs: () => catalog.use('Reading jobs', (db) => db.count('jobs')).catch(() => 0),
  }
}
