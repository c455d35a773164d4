import { bytesOfRuns } from '../core/chunk-runs.ts'
import type { CatalogConnection } from '../storage/catalog-connection.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import { readCoverage } from '../storage/read-coverage.ts'

/**
 * The version with which a session begins when the origin is out of reach, as the worker chooses it: one that waits and is whole,
 * once nobody reads the old one; else the active one, unless more is stored of a retired one (docs/decisions/0011).
 *
 * @param records - of one disk.
 * @throws {DiskCacheError} `storage-failed`.
 */
export async function findOfflineGeneration(
  catalog: CatalogConnection,
  records: readonly GenerationRecord[],
): Promise<GenerationRecord | undefined> {
  const measured = await Promise.all(
    records.map(async (record) => {
      const grid = { sizeBytes: record.identity.sizeBytes, chunkSize: record.chunkSize }
      const runs = await readCoverage(catalog, record)
      return { record, bytes: bytesOfRuns(grid, runs) }
    }),
  )
  const of = (state: GenerationRecord['state']): Measured[] =>
    measured.filter(({ record }) => record.state === state)
  const waiting = of('waiting').find(isWhole)
  const [active] = of('active')
  if (waiting !== undefined) return waiting.record
  if (active !== undefined && isWhole(active)) return active.record
  let best = active
  for (const retired of of('retired')) {
    if (isWhole(retired)) return retired.record
    if (retired.bytes > (best?.bytes ?? 0)) best = retired
  }
  return best?.record
}

interface Measured {
  readonly record: GenerationRecord
  readonly bytes: number
}

function isWhole({ record, bytes }: Measured): boolean {
  return bytes === record.identity.sizeBytes
}
