import type { DiskCache } from '../protocol/api.ts'
import type { BootRecorder } from '../protocol/boot.ts'
import type { DiskCacheEvent } from '../protocol/events.ts'
import { exportArchive, hearChecked, importArchive } from './carry-archive.ts'
import { holdFaults } from './hold-faults.ts'
import type { PanelCommand, PanelCommandResult } from './panel-command.ts'
import { describeError } from './panel-notice.ts'
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
  const listeners = new Set<(events: readonly DiskCacheEvent[]) => void>()
  const recorders = new Map<string, BootRecorder>()
  const faults = holdFaults(cache)
  /** What listeners have heard of. */
  const told = new Set<string>()

  /** Jobs need a script of their own: without it, the rest is to be had still. */
  function tell(error: unknown): undefined {
    const problem = { type: 'problem', code: 'storage-failed', ...describeError(error) } as const
    if (told.has(problem.message)) return
    told.add(problem.message)
    listeners.forEach((listener) => listener([problem]))
  }

  async function run(
    command: PanelCommand,
    options: PanelRunOptions = {},
  ): Promise<PanelCommandResult> {
    const { type } = command
    switch (type) {
      case 'prefetch':
        await cache.jobs.add(command.url, command)
        break
      case 'pause':
      case 'resume':
      case 'cancel':
        await cache.jobs[type](command.id)
        break
      case 'record': {
        const { url } = command
        const recorder = recorders.get(url)
        if (recorder === undefined) {
          recorders.set(url, cache.disk(url).recordBoot())
          break
        }
        // What cannot be kept now may be kept when it is stopped once more.
        const profile = await recorder.stop()
        recorders.delete(url)
        return { type, profile }
      }
      case 'ready':
        return { type, report: await cache.disk(command.url).ready() }
      case 'pin':
      case 'unpin':
        await cache.disk(command.url)[type](command)
        break
      case 'activate':
      case 'refresh':
        await cache.disk(command.url)[type]()
        break
      case 'evict':
      case 'invalidate':
        return { type, report: await cache.disk(command.url)[type](command) }
      case 'update':
        return { type, report: await cache.disk(command.url).update() }
      case 'verify': {
        const { url, repair } = command
        const report = await cache.disk(url).verify({
          repair,
          ...(options.signal && { signal: options.signal }),
          onProgress: hearChecked(options.onProgress),
        })
        return { type, report }
      }
      case 'export':
        return { type, archive: await exportArchive(cache, command.url, options) }
      case 'import':
        return { type, report: await importArchive(cache, command, options) }
      case 'clear':
        return { type, report: await cache.clear() }
      case 'persist':
        return { type, persisted: await cache.persist() }
      case 'simulate':
        await faults.set(command.faults)
    }
    return { type }
  }

  return {
    async snapshot() {
      const [disks, stats, storage, jobs = [], faultsNow] = await Promise.all([
        cache.disks(),
        cache.stats(),
        cache.storage(),
        cache.jobs.list().catch(tell),
        faults.current(),
      ])
      const recording = [...recorders.keys()]
      return { disks, stats, storage, jobs, recording, faults: faultsNow }
    },
    chunks: (url) => cache.disk(url).chunks(),
    evictionOrder: () => cache.evictionOrder(),
    subscribe(listener) {
      listeners.add(listener)
      const ends = [cache.subscribe(listener), cache.jobs.subscribe(() => listener([]))]
      return () => {
        listeners.delete(listener)
        ends.forEach((end) => end())
        if (listeners.size > 0) return
        told.clear()
        // Nobody would see that they are on.
        void faults.end().catch(() => undefined)
      }
    },
    run,
  }
}
