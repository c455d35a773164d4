import type { GenerationIdentity } from '../core/generation-identity.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import type { SessionRecord } from './catalog-schema.ts'

/** How long a client that is not listed any more is remembered: it may sit in the back-forward cache. */
export const sessionMemoryMs: number = 7 * 86_400_000

/** Remembers which client reads which generation, over restarts of the worker. */
export interface SessionCatalog {
  get(clientId: string, url: string): Promise<GenerationIdentity | undefined>
  /** Resolves when it is committed: only then may the client get its first byte. */
  put(session: Omit<SessionRecord, 'startedAt'>): Promise<void>
  /** The clients that read a disk. */
  ofDisk(url: string): Promise<SessionRecord[]>
  /** Forgets sessions older than {@link sessionMemoryMs}, except those of `liveClients`. */
  sweep(liveClients: ReadonlySet<string>): Promise<void>
  /** Forgets all sessions. */
  clear(): Promise<void>
}

/** Makes the {@link SessionCatalog} of a connection. */
export function createSessionCatalog(catalog: CatalogConnection): SessionCatalog {
  return {
    async get(clientId, url) {
      const record = await catalog.use('Reading a session', (db) =>
        db.get('sessions', [clientId, url]),
      )
      return record?.identity
    },
    async put(session) {
      await catalog.use('Storing a session', (db) =>
        db.put('sessions', { ...session, startedAt: Date.now() }),
      )
    },
    ofDisk: (url) =>
      catalog.use('Reading sessions', (db) => db.getAllFromIndex('sessions', 'url', url)),
    async sweep(liveClients) {
      await catalog.use('Forgetting sessions', async (db) => {
        const transaction = db.transaction('sessions', 'readwrite')
        const oldestMs = Date.now() - sessionMemoryMs
        for (const { clientId, url, startedAt } of await transaction.store.getAll()) {
          if (startedAt < oldestMs && !liveClients.has(clientId)) {
            void transaction.store.delete([clientId, url])
          }
        }
        await transaction.done
      })
    },
    async clear() {
      await catalog.use('Forgetting sessions', (db) => db.clear('sessions'))
    },
  }
}
