import type { DiskCache } from '../protocol/api.ts'
import type { PanelCommand, PanelCommandResult } from './panel-command.ts'
import type { PanelRunOptions, PanelSource } from './panel-source.ts'

/**
 * Lets the panel speak with a cache of this page.
 *
 * @example
 * ```ts
 * panel.source = createPanelSource(await connectDiskCache())
 * ```
 */
export function createPanelSource(cache: DiskCache): PanelSource {
  return {
    async snapshot() {
      const [disks, stats, storage] = await Promise.all([
        cache.disks(),
        cache.stats(),
        cache.storage(),
      ])
      return { disks, stats, storage }
    },
    subscribe: (listener) => cache.subscribe(listener),
    run: (command, options = {}) => runCommand(cache, command, options),
  }
}

async function runCommand(
  cache: DiskCache,
  command: PanelCommand,
  options: PanelRunOptions,
): Promise<PanelCommandResult> {
  switch (command.type) {
    case 'prefetch':
      return { type: command.type, report: await cache.disk(command.url).prefetch(options) }
    case 'evict':
      return { type: command.type, report: await cache.disk(command.url).evict() }
    case 'invalidate': {
      const { type, url, etag } = command
      const filter = etag === undefined ? {} : { etag }
      return { type, report: await cache.disk(url).invalidate(filter) }
    }
    case 'clear':
      return { type: command.type, report: await cache.clear() }
    case 'persist':
      return { type: command.type, persisted: await cache.persist() }
  }
}
