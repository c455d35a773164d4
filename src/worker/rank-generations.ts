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
    const isWanted = record.state === 'active' || isFallback(record, records)
    ranks[isRead ? 2 : isWanted ? 1 : 0].push(record)
  }
  return ranks
}

/** Whether this is what boots if the network goes now: more of it is stored than of the version that took its place. */
function isFallback(record: GenerationRecord, records: readonly GenerationRecord[]): boolean {
  if (record.state !== 'retired') return false
  const rivals = records.filter(({ url, state }) => url === record.url && state !== 'waiting')
  const most = Math.max(...rivals.map(({ storedBytes = 0 }) => storedBytes))
  return record.storedBytes === most
}
