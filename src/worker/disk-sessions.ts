import { isSameGeneration } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import { toDiskCacheError } from '../core/errors.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import { createRecentMap } from '../storage/recent-map.ts'
import { sessionRetryMs } from '../storage/session-catalog.ts'
import { startTimer } from './start-timer.ts'
import { recordBytes, withRoom } from './with-room.ts'
import type { WorkerContext } from './worker-context.ts'

declare const self: ServiceWorkerGlobalScope

/** How often sessions are committed again that were lost with the catalog; then it is for a later read to try. */
const commitAttempts = 10

/** Sessions that are remembered; of others the catalog knows. */
const rememberedSessions = 1024

/** Which client reads which generation of one disk. */
export interface DiskSessions {
  /** What a client reads, without asking the catalog: the hot path. */
  remembered(clientId: string): GenerationIdentity | undefined
  /** What a client reads, from the catalog. */
  find(clientId: string): Promise<GenerationIdentity | undefined>
  /**
   * Binds a client to a generation, unless it is bound already; resolves when that is committed. If it cannot be
   * committed, this worker remembers it, and later reads try again: storage must not keep a read from being answered.
   *
   * @param replace - binds it in any case.
   * @returns what the client is bound to now.
   */
  bind(
    clientId: string,
    identity: GenerationIdentity,
    options?: { readonly replace: boolean },
  ): Promise<GenerationIdentity>
  /** Forgets what a client reads: its next read begins anew. */
  release(clientId: string): Promise<void>
  /**
   * What was committed may be gone: commits again what those read who are still there. Tries that for some seconds: the browser
   * may be deleting still, and nobody may read anything before this worker ends. Never rejects.
   */
  commitAgain(): Promise<void>
  /** Whether a client that reads this generation is still there. */
  areAlive(record: GenerationRecord): Promise<boolean>
}

/** Makes the sessions of one disk. Navigations have no client id, and no session. */
export function createDiskSessions(
  url: string,
  { store, log, space }: WorkerContext,
): DiskSessions {
  const identities = createRecentMap<string, GenerationIdentity>(rememberedSessions)
  return {
    remembered: (clientId) => identities.get(clientId),
    async find(clientId) {
      if (clientId === '') return undefined
      const identity = await store.sessions.get(clientId, url)
      if (identity !== undefined) identities.set(clientId, identity)
      return identity
    },
    async bind(clientId, identity, options) {
      if (clientId === '') return identity
      let standing = identity
      try {
        standing = await withRoom(space, recordBytes, () =>
          store.sessions.bind({ clientId, url, identity }, options),
        )
      } catch (error) {
        const { code, message } = toDiskCacheError(error, 'storage-failed', 'A session is not kept')
        log.emit({ type: 'problem', code, message, url })
        // Another read of this client may have been faster.
        if (options?.replace !== true) standing = identities.get(clientId) ?? identity
      }
      identities.set(clientId, standing)
      return standing
    },
    async release(clientId) {
      await store.sessions.remove(clientId, url)
      identities.delete(clientId)
    },
    async commitAgain() {
      const live = await liveClients()
      for (const [clientId, identity] of identities.entries()) {
        if (live.has(clientId)) store.sessions.keep({ clientId, url, identity })
      }
      for (let attempt = 0; attempt < commitAttempts; attempt++) {
        await store.sessions.commitRest()
        if (!store.sessions.hasRest) return
        await startTimer(sessionRetryMs).passed
      }
    },
    async areAlive({ identity }) {
      const live = await liveClients()
      const sessions = await store.sessions.ofDisk(url)
      return sessions.some(
        (session) => live.has(session.clientId) && isSameGeneration(session.identity, identity),
      )
    },
  }
}

async function liveClients(): Promise<Set<string>> {
  const clients = await self.clients.matchAll({ includeUncontrolled: true, type: 'all' })
  return new Set(clients.map(({ id }) => id))
}
