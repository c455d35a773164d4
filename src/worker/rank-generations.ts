import { isSameGeneration } from '../core/generation-identity.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { DiskStore } from '../storage/disk-store.ts'

declare const self: ServiceWorkerGlobalScope

/**
 * In which order generations give up chunks for others: those that no new session gets, those that nobody reads now, and
 * the others.
 */
export async function rankGenerations({
  generations,
  sessions,
}: Pick<DiskStore, 'generations' | 'sessions'>): Promise<GenerationRecord[][]> {
  const [records, known, clients] = await Promise.all([
    generations.list(),
    sessions.list(),
    self.clients.matchAll({ includeUncontrolled: true, type: 'all' }),
  ])
  const ids = new Set(clients.map(({ id }) => id))
  const live = known.filter(({ clientId }) => ids.has(clientId))
  const ranks: [GenerationRecord[], GenerationRecord[], GenerationRecord[]] = [[], [], []]
  for (const record of records) {
    const isRead = live.some(
      ({ url, identity }) => url === record.url && isSameGeneration(identity, record.identity),
    )
    ranks[isRead ? 2 : record.state === 'active' ? 1 : 0].push(record)
  }
  return ranks
}
