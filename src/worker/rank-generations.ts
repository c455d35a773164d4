import { isSameGeneration } from '../core/generation-identity.ts'
import { rankGeneration } from '../core/rank-generation.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { DiskStore } from '../storage/disk-store.ts'

declare const self: ServiceWorkerGlobalScope

/** Sorts all generations by rank, see {@link rankGeneration}: who comes last gives up chunks last. */
export async function rankGenerations({
  generations,
  sessions,
}: Pick<DiskStore, 'generations' | 'sessions'>): Promise<GenerationRecord[][]> {
  const [all, known, clients] = await Promise.all([
    generations.list(),
    sessions.list(),
    self.clients.matchAll({ includeUncontrolled: true, type: 'all' }),
  ])
  const ids = new Set(clients.map(({ id }) => id))
  const live = known.filter(({ clientId }) => ids.has(clientId))
  const ranks: [GenerationRecord[], GenerationRecord[], GenerationRecord[]] = [[], [], []]
  for (const record of all) {
    const isRead = live.some(
      ({ url, identity }) => url === record.url && isSameGeneration(identity, record.identity),
    )
    ranks[rankGeneration(record, { isRead, all })].push(record)
  }
  return ranks
}
