import type { CatalogConnection } from './catalog-connection.ts'
import type { JobRecord } from './job-record.ts'
import { transact, unheard } from './transact.ts'

/** Keeps prefetch jobs. Each function is one transaction. */
export interface JobCatalog {
  /** All jobs, the oldest first. */
  list(): Promise<JobRecord[]>
  /** Adds a job, unless `find` knows one of those that are there: then that one is changed. Resolves to what stands. */
  add(
    job: JobRecord,
    find: (known: JobRecord) => boolean,
    change: (known: JobRecord) => JobRecord,
  ): Promise<JobRecord>
  /** Changes a job. Resolves to what stands; `undefined` if it is gone. */
  update(id: string, change: (job: JobRecord) => JobRecord): Promise<JobRecord | undefined>
  remove(id: string): Promise<void>
  /** Forgets jobs that ended before this time, in milliseconds since the epoch. */
  forgetEnded(beforeMs: number): Promise<void>
}

/** Makes the {@link JobCatalog} of a connection. */
export function createJobCatalog(catalog: CatalogConnection): JobCatalog {
  return {
    async list() {
      const jobs = await catalog.use('Reading jobs', (db) => db.getAll('jobs'))
      return jobs.sort((a, b) => a.createdAt - b.createdAt)
    },
    add: (job, find, change) =>
      catalog.use('Storing a job', (db) =>
        transact(db, { stores: ['jobs'] }, async (transaction) => {
          const store = transaction.objectStore('jobs')
          const known = (await store.getAll()).find(find)
          const added = known === undefined ? job : change(known)
          unheard(store.put(added))
          return added
        }),
      ),
    update: (id, change) =>
      catalog.use('Storing a job', (db) =>
        transact(db, { stores: ['jobs'], durability: 'relaxed' }, async (transaction) => {
          const store = transaction.objectStore('jobs')
          const known = await store.get(id)
          if (known === undefined) return undefined
          const changed = change(known)
          unheard(store.put(changed))
          return changed
        }),
      ),
    async remove(id) {
      await catalog.use('Forgetting a job', (db) => db.delete('jobs', id))
    },
    async forgetEnded(beforeMs) {
      await catalog.use('Forgetting jobs', (db) =>
        transact(db, { stores: ['jobs'] }, async (transaction) => {
          const store = transaction.objectStore('jobs')
          for (const { id, endedAt = Infinity } of await store.getAll()) {
            if (endedAt < beforeMs) unheard(store.delete(id))
          }
        }),
      )
    },
  }
}
