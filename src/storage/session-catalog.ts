import type { GenerationIdentity } from '../core/generation-identity.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import type { SessionRecord } from './catalog-schema.ts'
import { transact, unheard } from './transact.ts'

/** How long a client that is not listed any more is remembered: it may sit in the back-forward cache. */
export const sessionMemoryMs: number = 7 * 86_400_000

/** Where there is no room, or no database, there will be none a moment later. In milliseconds. */
export const sessionRetryMs: number = 1000

/** A client, a disk, and the generation that the client reads. */
export type NewSession = Pick<SessionRecord, 'clientId' | 'url' | 'identity'>

/**
 * Remembers which client reads which generation, over restarts of the worker. What cannot be committed counts all the same,
 * as long as this worker lives.
 */
export interface SessionCatalog {
  get(clientId: string, url: string): Promise<GenerationIdentity | undefined>
  /**
   * Binds a client to a generation, unless it is bound already; resolves when that is committed, and only then
   * may the client get its first byte.
   *
   * @param replace - binds it in any case.
   * @returns what the client is bound to now.
   * @throws {DiskCacheError} `storage-failed` or `quota-exceeded`: then {@link SessionCatalog.commitRest} is to try again.
   */
  bind(session: NewSession, options?: { readonly replace: boolean }): Promise<GenerationIdentity>
  /** The session of a client that read before may not be in the catalog any more: {@link SessionCatalog.commitRest} looks. */
  keep(session: NewSession): void
  /**
   * Commits what could not be committed before, but not within a second of the last failure; never rejects. `undefined` if there
   * is nothing to be done: the hot path.
   */
  commitRest(): Promise<void> | undefined
  /** Whether {@link SessionCatalog.commitRest} has something left to do. */
  readonly hasRest: boolean
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
  /** What is not committed, by {@link keyOf}. */
  const rest = new Map<string, Binding>()
  let committing: Promise<void> | undefined
  /** By `performance.now()`. */
  let notBeforeMs = -Infinity

  // Not strict: a power loss ends the clients too.
  const commit = (bindings: readonly Binding[]): Promise<GenerationIdentity[]> =>
    catalog.use('Storing a session', (db) =>
      transact(db, { stores: ['sessions'], durability: 'relaxed' }, async (transaction) => {
        const store = transaction.objectStore('sessions')
        const standing: GenerationIdentity[] = []
        for (const { session, replace } of bindings) {
          const known = replace ? undefined : await store.get([session.clientId, session.url])
          if (known === undefined) await store.put(session)
          standing.push((known ?? session).identity)
        }
        return standing
      }),
    )

  async function commitAll(): Promise<void> {
    const all = [...rest]
    try {
      await commit(all.map(([, binding]) => binding))
      for (const [key, binding] of all) if (rest.get(key) === binding) rest.delete(key)
    } catch {
      // A later read tries again.
      notBeforeMs = performance.now() + sessionRetryMs
    } finally {
      committing = undefined
    }
  }

  const restSessions = (): SessionRecord[] => [...rest.values()].map(({ session }) => session)

  return {
    async get(clientId, url) {
      const uncommitted = rest.get(keyOf({ clientId, url }))
      if (uncommitted !== undefined) return uncommitted.session.identity
      const record = await catalog.use('Reading a session', (db) =>
        db.get('sessions', [clientId, url]),
      )
      return record?.identity
    },
    async bind(session, { replace } = { replace: false }) {
      const binding = { session: { ...session, startedAt: Date.now() }, replace }
      const key = keyOf(session)
      try {
        const [standing = session.identity] = await commit([binding])
        rest.delete(key)
        return standing
      } catch (error) {
        if (replace || !rest.has(key)) rest.set(key, binding)
        throw error
      }
    },
    keep(session) {
      const key = keyOf(session)
      // It began long ago: what it reads now is no boot.
      if (!rest.has(key)) rest.set(key, { session: { ...session, startedAt: 0 }, replace: false })
    },
    commitRest() {
      if (rest.size > 0 && performance.now() >= notBeforeMs) committing ??= commitAll()
      return committing
    },
    get hasRest() {
      return rest.size > 0
    },
    async remove(clientId, url) {
      rest.delete(keyOf({ clientId, url }))
      await catalog.use('Forgetting a session', (db) => db.delete('sessions', [clientId, url]))
    },
    async ofDisk(url) {
      const committed = await catalog.use('Reading sessions', (db) =>
        db.getAllFromIndex('sessions', 'url', url),
      )
      return [...committed, ...restSessions().filter((session) => session.url === url)]
    },
    async list() {
      const committed = await catalog.use('Reading sessions', (db) => db.getAll('sessions'))
      return [...committed, ...restSessions()]
    },
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

interface Binding {
  readonly session: SessionRecord
  readonly replace: boolean
}

function keyOf({ clientId, url }: Pick<SessionRecord, 'clientId' | 'url'>): string {
  return `${clientId} ${url}`
}
