import { listDisks } from './disk-status.ts'
import type { DiskReader } from './disk-reader.ts'
import { evictRanges } from './evict-ranges.ts'
import { rankGenerations } from './rank-generations.ts'
import type { WorkerContext } from './worker-context.ts'

/**
 * Gives up the disks that nobody has used for the option `max-idle`. What is pinned stays, and so do tags.
 */
export async function expireDisks(
  { store, options, log, announceChange }: WorkerContext,
  readerOf: (url: string) => DiskReader,
): Promise<void> {
  const oldestMs = Date.now() - options.maxIdle
  const idle = (await listDisks(store)).filter(({ disk, generations }) => {
    const usedAt = [disk?.lastUsedAt ?? 0, ...generations.map(({ createdAt }) => createdAt)]
    return Math.max(...usedAt) < oldestMs
  })
  if (idle.length === 0) return
  const [, , read = []] = await rankGenerations(store)
  for (const { url, disk, generations } of idle) {
    if (read.some((record) => record.url === url)) continue
    const { pins = [], tags = [] } = disk ?? {}
    for (const record of generations) {
      const { chunks, bytes } =
        pins.length > 0
          ? await evictRanges(store.open(record))
          : await readerOf(url).generations.drop(record)
      if (chunks === 0) continue
      log.emit({ type: 'evicted', url, generation: record.id, chunks, bytes })
      announceChange(url)
    }
    if (pins.length + tags.length === 0) await store.generations.forgetDisks([url])
  }
}
