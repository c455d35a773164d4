import type { RequestRecord } from '../../src/demo/server/request-log.ts'
import type { ModelDisk } from './model-disk.ts'
import { Violation } from './violation.ts'

interface Bytes {
  readonly start: number
  readonly end: number
}

interface Fetched extends Bytes {
  readonly headers: RequestRecord['headers']
}

/** The ranges that an origin was asked for. `bytes=0-0` asks what there is, not for a chunk. */
function rangesOf(requests: readonly RequestRecord[], { path, chunkBytes }: ModelDisk): Fetched[] {
  return requests
    .filter(({ url, status }) => url === path && status !== 416)
    .map(({ range, headers }) => {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
      const end = last === undefined ? Infinity : Number(last) + 1
      return { start: Number(first ?? 0), end, headers }
    })
    .filter(({ start, end }) => end - start > 1 || start % chunkBytes > 0)
}

/** @throws {Violation} if an origin was asked for a byte twice */
export function expectFetchedOnce(requests: readonly RequestRecord[], disk: ModelDisk): void {
  const ranges = rangesOf(requests, disk).sort((a, b) => a.start - b.start)
  for (const [at, { start, end, headers }] of ranges.entries()) {
    const next = ranges[at + 1]
    if (next === undefined || next.start >= end) continue
    throw new Violation(
      `${disk.name}: bytes ${start}-${end - 1} and ${next.start}-${next.end - 1} were both fetched\n` +
        [headers, next.headers].map((it) => `  ${JSON.stringify(it)}`).join('\n'),
    )
  }
}

/** Requests for bytes that lie in one of `runs`. */
export function requestsWithin(
  requests: readonly RequestRecord[],
  disk: ModelDisk,
  runs: readonly Bytes[],
): string[] {
  return rangesOf(requests, disk)
    .filter(({ start, end }) => runs.some((run) => start < run.end && run.start < end))
    .map(({ start, end }) => `${start}-${end - 1}`)
}
