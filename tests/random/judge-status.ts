import type { DiskStatus } from '../../src/protocol/reports.ts'
import { versionOfEtag } from './model-disk.ts'
import type { ModelDisk } from './model-disk.ts'
import { isWrongTotal } from './spoil.ts'
import { Violation } from './violation.ts'

/** @throws {Violation} unless a status agrees with itself, and speaks of a version that the disk has had */
export function judgeStatus(status: DiskStatus, { versions, chunkBytes }: ModelDisk): void {
  const { size, etag, chunkSize, coverage, storedBytes, storedChunks, complete } = status
  const fail = (why: string): never => {
    throw new Violation(`status() ${why}: ${JSON.stringify(status)}`)
  }
  if (size === undefined) {
    if (storedBytes > 0 || coverage.length > 0) fail('of an unknown disk tells of stored bytes')
    return
  }
  const known = versions.filter(
    ({ bytes, number }) =>
      (etag === undefined || versionOfEtag(etag) === number) && isWrongTotal(size - bytes.length),
  )
  if (known.length === 0) fail('tells of a version that never was')
  if (chunkSize !== chunkBytes) fail('has another chunk size')
  let [reached, sum, chunks] = [-1, 0, 0]
  for (const { start, end } of coverage) {
    if (start <= reached || start >= end || end > size)
      fail('has runs that overlap, touch or reach too far')
    if (start % chunkBytes !== 0 || (end % chunkBytes !== 0 && end !== size)) fail('cuts chunks')
    reached = end
    sum += end - start
    chunks += Math.ceil((end - start) / chunkBytes)
  }
  if (sum !== storedBytes || chunks !== storedChunks) fail('does not add up')
  if (complete !== (storedBytes === size)) fail('is wrong about being complete')
}
