import { identityKey } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { WorkerContext } from './worker-context.ts'

declare const self: ServiceWorkerGlobalScope

/** Which client reads which generation of one disk. */
export interface DiskSessions {
  /** What a client reads, without asking the catalog: the hot path. */
  remembered(clientId: string): GenerationIdentity | undefined
  /** What a client reads, from the catalog. */
  find(clientId: string): Promise<GenerationIdentity | undefined>
  /** Resolves when it is committed that the client reads this generation. */
  bind(clientId: string, identity: GenerationIdentity): Promise<void>
  /** Whether a client that reads this generation is still there. */
  areAlive(record: GenerationRecord): Promise<boolean>
}

/** Makes the sessions of one disk. Navigations have no client id, and no session. */
export function createDiskSessions(url: string, { store }: WorkerContext): DiskSessions {
  const identities = new Map<string, GenerationIdentity>()
  return {
    remembered: (clientId) => identities.get(clientId),
    async find(clientId) {
      if (clientId === '') return undefined
      const identity = await store.sessions.get(clientId, url)
      if (identity !== undefined) identities.set(clientId, identity)
      return identity
    },
    async bind(clientId, identity) {
      if (clientId === '') return
      await store.sessions.put({ clientId, url, identity })
      await store.generations.touch(url)
      identities.set(clientId, identity)
    },
    async areAlive({ identity }) {
      const clients = await self.clients.matchAll({ includeUncontrolled: true, type: 'all' })
      const live = new Set(clients.map((client) => client.id))
      const sessions = await store.sessions.ofDisk(url)
      return sessions.some(
        (session) =>
          live.has(session.clientId) && identityKey(session.identity) === identityKey(identity),
      )
    },
  }
}
