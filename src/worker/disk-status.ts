import { runBytes } from '../core/chunk-grid.ts'
import { totalBytesOf } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { bytesOfRuns, runsTouching } from '../core/chunk-runs.ts'
import { etagOf } from '../core/generation-identity.ts'
import type { DiskStatus, GenerationStatus } from '../protocol/reports.ts'
import type { DiskRecord, GenerationRecord } from '../storage/catalog-schema.ts'
import type { DiskStore } from '../storage/disk-store.ts'

/** What the catalog has on one disk. */
export interface DiskFacts {
  readonly url: string
  readonly disk: DiskRecord | undefined
  readonly generations: readonly GenerationRecord[]
}

/** Groups everything in the catalog by disk, most recently used first. */
export async function listDisks({ generations }: DiskStore): Promise<DiskFacts[]> {
  const [records, disks] = await Promise.all([generations.list(), generations.disks()])
  const urls = new Set([...disks, ...records].map(({ url }) => url))
  return [...urls]
    .map((url) => ({
      url,
      disk: disks.find((disk) => disk.url === url),
      generations: records.filter((record) => record.url === url),
    }))
    .sort((a, b) => (b.disk?.lastUsedAt ?? 0) - (a.disk?.lastUsedAt ?? 0))
}

/** Describes a disk to pages. Costs as much as is stored of it, not as much as it is large. */
export async function describeDisk(facts: DiskFacts, store: DiskStore): Promise<DiskStatus> {
  const pins = facts.disk?.pins ?? []
  const described = await Promise.all(
    [...facts.generations]
      .sort((a, b) => a.createdAt - b.createdAt)
      .map((record) => describeGeneration(record, { store, pins })),
  )
  const active = described.find(({ status }) => status.state === 'active')
  const { etag, lastModified } = active?.status ?? {}
  return {
    url: facts.url,
    ...(active && { size: active.status.size, chunkSize: active.status.chunkSize }),
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
    storedBytes: active?.status.storedBytes ?? 0,
    storedChunks: active?.status.storedChunks ?? 0,
    pinnedBytes: active?.status.pinnedBytes ?? 0,
    pins,
    coverage: active?.coverage ?? [],
    complete: active !== undefined && active.status.storedBytes === active.status.size,
    generations: described.map(({ status }) => status),
    tags: facts.disk?.tags ?? [],
    ...(facts.disk && { lastUsedAt: facts.disk.lastUsedAt }),
  }
}

/** Describes a generation to pages, with what is stored of it. */
export async function describeGeneration(
  record: GenerationRecord,
  { store, pins }: { store: DiskStore; pins: readonly ByteRange[] },
): Promise<{ status: GenerationStatus; coverage: DiskStatus['coverage'] }> {
  const generation = store.open(record)
  const runs = await generation.coverage()
  const coverage = runs.map((run) => runBytes(generation.grid, run))
  const etag = etagOf(record.identity.validator)
  const lastModified = record.headers['last-modified']
  return {
    coverage,
    status: {
      id: record.id,
      state: record.state,
      size: record.identity.sizeBytes,
      ...(etag !== undefined && { etag }),
      ...(lastModified !== undefined && { lastModified }),
      chunkSize: record.chunkSize,
      backend: record.backend,
      storedBytes: totalBytesOf(coverage),
      storedChunks: runs.reduce((sum, run) => sum + run.end - run.first, 0),
      pinnedBytes: bytesOfRuns(generation.grid, runsTouching(generation.grid, pins)),
      createdAt: record.createdAt,
    },
  }
}
