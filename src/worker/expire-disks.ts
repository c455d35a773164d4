import type { DiskRecord } from '../storage/catalog-schema.ts'
import { listDisks } from './disk-status.ts'
import type { DiskFacts } from './disk-status.ts'
import type { DiskReader } from './disk-reader.ts'
import { evictRanges } from './evict-ranges.ts'
import { rankGenerations } from './rank-generations.ts'
import type { WorkerContext } from './worker-context.ts'

/**
 * Gives up the disks that nobody has used for the option `max-idle`. What is pinned stays, and so do tags; so does a disk that
 * is opened or pinned in the course of it.
 */
export async function expireDisks(
  { store, options, log, announceChange }: WorkerContext,
  readerOf: (url: string) => DiskReader,
): Promise<void> {
  const oldestMs = Date.now() - options.maxIdle
  const seen = new Set<string>()

  async function findIdle(): Promise<DiskFacts | undefined> {
    const disks = await listDisks(store)
    const [, , read = []] = await rankGenerations(store)
    return disks.find(({ url, disk, generations }) => {
      const usedAt = [disk?.lastUsedAt ?? 0, ...generations.map(({ createdAt }) => createdAt)]
      if (seen.has(url) || read.some((record) => record.url === url)) return false
      return Math.max(...usedAt) < oldestMs
    })
  }

  const mayForget = ({ lastUsedAt, tags, pins = [] }: DiskRecord): boolean =>
    lastUsedAt < oldestMs && pins.length + tags.length === 0

  // Looked for again each time: what was idle when the last one went may be in use by now.
  for (let idle = await findIdle(); idle !== undefined; idle = await findIdle()) {
    const { url, disk, generations } = idle
    seen.add(url)
    for (const record of generations) {
      const { chunks, bytes, pinnedBytes } = await evictRanges(store.open(record))
      // What was pinned after that was not stored any more.
      if (!pinnedBytes && !disk?.pins?.length) await readerOf(url).generations.drop(record)
      if (chunks === 0) continue
      log.emit({ type: 'evicted', url, generation: record.id, chunks, bytes })
      announceChange(url)
    }
    await store.generations.forgetDisks([url], mayForget)
  }
}
