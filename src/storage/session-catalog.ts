import type { GenerationIdentity } from '../core/generation-identity.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import type { SessionRecord } from './catalog-schema.ts'
import { transact, unheard } from './transact.ts'

/** How long a client that is not listed any more is remembered: it may sit in the back-forward cache. */
export const sessionMemoryMs: number = 7 * 86_400_000

/** Remembers which client reads which generation, over restarts of the worker. */
export interface SessionCatalog {
  get(clientId: string, url: string): Promise<GenerationIdentity | undefined>
  /**
   * Binds a client to a generation, unless it is bound already; resolves when that is committed, and only then
   * may the client get its first byte.
   *
   * @param replace - binds it in any case.
   * @returns what the client is bound to now.
   */
  bind(
    session: Omit<SessionRecord, 'startedAt'>,
    options?: { readonly replace: boolean },
  ): Promise<GenerationIdentity>
  /** Forgets a client's session. */
  remove(clientId: string, url: string): Promise<void>
  /** The clients that read a disk. */
  ofDisk(url: string): Promise<SessionRecord[]>
  /** The clients that read any disk. */
  list(): Promise<SessionRecord[]>
  /** Notes which clients are gone, and forgets those that have been for {@link sessionMemoryMs}. */
  sweep(liveClients: ReadonlySet<string>): Promise<void>
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
    // Not strict: a power loss ends the clients too.
    bind: (session, { replace } = { replace: false }) =>
      catalog.use('Storing a session', (db) =>
        transact(db, { stores: ['sessions'], durability: 'relaxed' }, async (transaction) => {
          const store = transaction.objectStore('sessions')
          const known = await store.get([session.clientId, session.url])
          if (known !== undefined && !replace) return known.identity
          await store.put({ ...session, startedAt: Date.now() })
          return session.identity
        }),
      ),
    async remove(clientId, url) {
      await catalog.use('Forgetting a session', (db) => db.delete('sessions', [clientId, url]))
    },
    ofDisk: (url) =>
      catalog.use('Reading sessions', (db) => db.getAllFromIndex('sessions', 'url', url)),
    list: () => catalog.use('Reading sessions', (db) => db.getAll('sessions')),
    async sweep(liveClients) {
      await catalog.use('Forgetting sessions', (db) =>
        transact(db, { stores: ['sessions'] }, async (transaction) => {
          const store = transaction.objectStore('sessions')
          const nowMs = Date.now()
          for (const { vanishedAt, ...session } of await store.getAll()) {
            const { clientId, url } = session
            if (liveClients.has(clientId)) {
              if (vanishedAt !== undefined) unheard(store.put(session))
            } else if (vanishedAt === undefined) {
              unheard(store.put({ ...session, vanishedAt: nowMs }))
            } else if (vanishedAt < nowMs - sessionMemoryMs) {
              unheard(store.delete([clientId, url]))
            }
          }
        }),
      )
    },
  }
}
