import type { ByteRange } from '../core/byte-range.ts'
import { toDiskKey } from '../core/disk-key.ts'
import { patternText } from '../core/disk-patterns.ts'
import type { DiskMatcher } from '../core/disk-patterns.ts'
import type { DiskCacheError } from '../core/errors.ts'
import { etagOf } from '../core/generation-identity.ts'
import type { RawTuningOptions } from '../core/parse-options.ts'
import { protocolVersion } from '../protocol/messages.ts'
import type { DiskStatus, EvictionReport, InvalidationFilter } from '../protocol/reports.ts'
import type {
  PrefetchStep,
  PrefetchStepReport,
  WorkerApi,
  WorkerHello,
} from '../protocol/worker-api.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import { createBootCalls } from './boot-calls.ts'
import { configureFor } from './configure-for.ts'
import { describeDisk, listDisks } from './disk-status.ts'
import { evictRanges } from './evict-ranges.ts'
import type { DiskReader } from './disk-reader.ts'
import type { Lifetime } from './lifetime.ts'
import type { OptionKeeper } from './option-keeper.ts'
import type { OriginAccess } from './origin-access.ts'
import type { PrefetchRunner } from './prefetch-runner.ts'
import { addEviction, nothingEvicted } from './add-eviction.ts'
import { reportStorage } from './report-storage.ts'
import { assertRanges, noSuchDisk } from './request-errors.ts'
import { summarizeCounters } from './summarize-counters.ts'
import type { Shell } from './shell/shell.ts'
import { createUpdateCalls } from './update-calls.ts'
import type { WorkerContext } from './worker-context.ts'

/** What the API of the worker needs. */
export interface ApiPorts {
  readonly context: WorkerContext
  readonly options: OptionKeeper
  readonly matcher: DiskMatcher | undefined
  readonly optionError: DiskCacheError | undefined
  readonly readerOf: (url: string) => DiskReader
  readonly prefetches: PrefetchRunner
  /** `undefined` where pages are not kept. */
  readonly shell: Shell | undefined
  /** Something was given up: its data is to be deleted later. */
  readonly scheduleSweep: () => void
}

/** Who calls, and how long the worker lives for it. */
export interface ApiCall {
  readonly clientId: string
  readonly lifetime: Lifetime
}

/** However long it is. */
const wholeDisk: ByteRange = { start: 0, end: Number.MAX_SAFE_INTEGER }

/** Makes the API that serves one call of a page. */
export function createWorkerApi(ports: ApiPorts, call: ApiCall): Omit<WorkerApi, 'setFaults'> {
  const { context, readerOf } = ports
  const { store, log } = context

  function keyOf(url: string): string {
    if (ports.optionError !== undefined) throw ports.optionError
    if (ports.matcher?.matches(new URL(url)) !== true) throw noSuchDisk(url)
    return toDiskKey(url, context.options.keyParams)
  }

  async function dropAll(records: readonly GenerationRecord[]): Promise<EvictionReport> {
    let report = nothingEvicted
    for (const record of records) {
      const { chunks, bytes } = await readerOf(record.url).generations.drop(record)
      log.emit({ type: 'evicted', url: record.url, generation: record.id, chunks, bytes })
      report = addEviction(report, { chunks, bytes })
    }
    ports.scheduleSweep()
    return report
  }

  function accessTo(url: string): OriginAccess {
    return {
      url,
      credentials: 'same-origin',
      fields: {},
      redirect: 'follow',
      use: 'default',
      urgency: 'prefetch',
      lifetime: call.lifetime,
    }
  }

  const updatePorts = { context, accessTo, readerFor: (url: string) => readerOf(keyOf(url)) }

  return {
    ...createUpdateCalls(updatePorts),
    ...createBootCalls(updatePorts, call.clientId),

    async hello(): Promise<WorkerHello> {
      const disks = ports.matcher?.patterns.map(patternText) ?? []
      const { message, details } = ports.optionError ?? {}
      return {
        protocol: protocolVersion,
        disks,
        jobs: await store.settings.countJobs(),
        keepsPages: ports.shell !== undefined,
        ...(message !== undefined && { optionError: { message, details: { ...details } } }),
      }
    },

    async configure(raw: RawTuningOptions): Promise<{ conflicts: readonly string[] }> {
      return { conflicts: await configureFor(call.clientId, raw, { options: ports.options, log }) }
    },

    async disks(): Promise<DiskStatus[]> {
      return Promise.all((await listDisks(store)).map((facts) => describeDisk(facts, store)))
    },

    async status(url): Promise<DiskStatus> {
      const key = keyOf(url)
      const [generations, disks] = await Promise.all([
        store.generations.list(key),
        store.generations.disks(),
      ])
      const disk = disks.find((known) => known.url === key)
      return describeDisk({ url: key, disk, generations }, store)
    },

    async stats() {
      return summarizeCounters(await log.counters())
    },

    storage: () => reportStorage(context),

    async prefetchStep(url: string, step: PrefetchStep): Promise<PrefetchStepReport> {
      const key = keyOf(url)
      assertRanges(step.ranges)
      context.space.keep(key, step.ranges ?? [wholeDisk])
      let isOver = true
      try {
        const report = await ports.prefetches.run(readerOf(key), step, accessTo(url))
        isOver = report.kind === 'progress' && report.done
        return report
      } finally {
        if (isOver) context.space.keep(key, [])
      }
    },

    async evict(url: string, ranges: readonly ByteRange[] | undefined): Promise<EvictionReport> {
      const key = keyOf(url)
      assertRanges(ranges)
      let [report, pinnedBytes] = [nothingEvicted, 0]
      for (const record of await store.generations.list(key)) {
        const evicted = await evictRanges(store.open(record), ranges)
        const { chunks, bytes } = evicted
        pinnedBytes += evicted.pinnedBytes
        if (chunks === 0) continue
        report = addEviction(report, { chunks, bytes })
        log.emit({ type: 'evicted', url: key, generation: record.id, chunks, bytes })
      }
      context.announceChange(key)
      ports.scheduleSweep()
      return { ...report, ...(pinnedBytes > 0 && { pinnedBytes }) }
    },

    async pin(url: string, ranges: readonly ByteRange[] = [wholeDisk]): Promise<void> {
      assertRanges(ranges)
      await store.pins.add(keyOf(url), ranges)
    },

    async unpin(url: string, ranges: readonly ByteRange[] = [wholeDisk]): Promise<void> {
      assertRanges(ranges)
      await store.pins.remove(keyOf(url), ranges)
    },

    async refresh(url: string): Promise<void> {
      await readerOf(keyOf(url)).refresh()
    },

    async makeRoom(url: string, bytes: number, isUrgent: boolean): Promise<boolean> {
      const { space } = context
      const key = keyOf(url)
      space.keep(key, [wholeDisk])
      if (isUrgent) return space.relieve(bytes)
      await space.grant(`${call.clientId} ${key}`, bytes)
      return true
    },

    async invalidate(url: string, etag: string | undefined): Promise<EvictionReport> {
      const records = await store.generations.list(keyOf(url))
      return dropAll(records.filter((record) => etag === undefined || hasEtag(record, etag)))
    },

    async invalidateMatching({ prefix, tag, etag }: InvalidationFilter): Promise<EvictionReport> {
      if (prefix === undefined && tag === undefined && etag === undefined) return nothingEvicted
      const matching = (await listDisks(store)).filter(
        ({ url, disk }) =>
          (prefix === undefined || url.startsWith(prefix)) &&
          (tag === undefined || disk?.tags.includes(tag) === true),
      )
      const records = matching.flatMap(({ generations }) => generations)
      return dropAll(records.filter((record) => etag === undefined || hasEtag(record, etag)))
    },

    async clear(): Promise<EvictionReport> {
      context.bootNotes.clear()
      const disks = await listDisks(store)
      const report = await dropAll(disks.flatMap(({ generations }) => generations))
      await store.generations.forgetDisks(disks.map(({ url }) => url))
      await Promise.all([log.clear(), ports.shell?.clear()])
      return report
    },

    async keepPage(urls: readonly string[]): Promise<readonly string[]> {
      return ports.shell?.keep(urls, call) ?? []
    },

    async tag(url: string, tags: readonly string[]): Promise<void> {
      await store.generations.tag(keyOf(url), tags)
    },
  }
}

function hasEtag({ identity }: GenerationRecord, etag: string): boolean {
  return etagOf(identity.validator) === etag
}
