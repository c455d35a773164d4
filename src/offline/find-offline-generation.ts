import type { BootProfile } from '../core/boot-profile.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { totalBytesOf } from '../core/byte-range.ts'
import { parseCacheControl } from '../core/cache-control.ts'
import { runBytes } from '../core/chunk-grid.ts'
import { createRangeSet } from '../core/range-set.ts'
import type { CatalogConnection } from '../storage/catalog-connection.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import { readCoverage } from '../storage/read-coverage.ts'
import { neededRuns } from './needed-runs.ts'

/**
 * The version with which a session begins when the origin is out of reach, as the worker chooses it: one that waits and is whole, or
 * alone, once nobody reads the old one; else the active one, unless more is stored of a retired one (docs/decisions/0011), and
 * the active one lacks something that boots read.
 *
 * @param records - of one disk.
 * @param finished - what boots read that came to rest in this browser.
 * @throws {DiskCacheError} `storage-failed`.
 */
export async function findOfflineGeneration(
  catalog: CatalogConnection,
  records: readonly GenerationRecord[],
  finished: BootProfile | undefined,
): Promise<GenerationRecord | undefined> {
  const measured = await Promise.all(records.map((record) => measure(catalog, record)))
  const of = (state: GenerationRecord['state']): Measured[] =>
    measured.filter(({ record }) => record.state === state)
  const [[waiting], [active]] = [of('waiting'), of('active')]
  if (waiting !== undefined && (active === undefined || takesOver(waiting, active))) {
    return waiting.record
  }
  if (active !== undefined && isWhole(active)) return active.record
  if (active !== undefined && waiting === undefined && covers(active, finished)) {
    return active.record
  }
  // While its origin seems to be there, a session begins with it unasked: no other one is promised.
  if (active !== undefined && isImmutable(active)) return active.record
  let best = active
  for (const retired of of('retired')) {
    if (isWhole(retired)) return retired.record
    if (retired.bytes > (best?.bytes ?? 0)) best = retired
  }
  return best?.record
}

interface Measured {
  readonly record: GenerationRecord
  readonly stored: readonly ByteRange[]
  readonly bytes: number
}

async function measure(catalog: CatalogConnection, record: GenerationRecord): Promise<Measured> {
  const grid = { sizeBytes: record.identity.sizeBytes, chunkSize: record.chunkSize }
  const stored = (await readCoverage(catalog, record)).map((run) => runBytes(grid, run))
  return { record, stored, bytes: totalBytesOf(stored) }
}

/** Whether one that waits is read by the next session: it is all there, or was found after somebody wrote to the active one. */
function takesOver(waiting: Measured, active: Measured): boolean {
  const isMarked = (it: Measured): boolean => it.record.needsValidation === true
  return isMarked(active) ? !isMarked(waiting) : isWhole(waiting)
}

function isWhole({ record, bytes }: Measured): boolean {
  return bytes === record.identity.sizeBytes
}

function isImmutable({ record }: Measured): boolean {
  return parseCacheControl(record.headers['cache-control']).has('immutable')
}

function covers({ record, stored }: Measured, finished: BootProfile | undefined): boolean {
  if (finished === undefined) return false
  const there = createRangeSet()
  for (const range of stored) there.add(range)
  const grid = { sizeBytes: record.identity.sizeBytes, chunkSize: record.chunkSize }
  return neededRuns(grid, finished).every((run) => there.gaps(runBytes(grid, run)).length === 0)
}
