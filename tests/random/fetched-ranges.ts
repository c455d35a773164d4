import type { RequestRecord } from '../../src/demo/server/request-log.ts'
import type { ModelDisk } from './model-disk.ts'
import { Violation } from './violation.ts'

interface Bytes {
  readonly start: number
  readonly end: number
}

interface Fetched extends Bytes {
  /** Of the worker that asked: see `browser/service-worker.ts`. */
  readonly life: string
  readonly headers: RequestRecord['headers']
}

/** The ranges that an origin was asked for. `bytes=0-0` asks what there is, not for a chunk. */
function rangesOf(requests: readonly RequestRecord[], { path, chunkBytes }: ModelDisk): Fetched[] {
  return requests
    .filter(({ url, status }) => url === path && status !== 416)
    .map(({ range, headers }) => {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
      const end = last === undefined ? Infinity : Number(last) + 1
      return { start: Number(first ?? 0), end, life: String(headers['x-worker-life']), headers }
    })
    .filter(({ start, end }) => end - start > 1 || start % chunkBytes > 0)
}

/**
 * Looks for bytes that an origin was asked for twice. Two workers at once may do that: none knows what the other does.
 *
 * @returns how often two workers did.
 * @throws {Violation} if one worker did
 */
export function expectFetchedOnce(requests: readonly RequestRecord[], disk: ModelDisk): number {
  const ranges = rangesOf(requests, disk).sort((a, b) => a.start - b.start)
  let byTwoWorkers = 0
  for (const [at, { start, end, life, headers }] of ranges.entries()) {
    const others = ranges.slice(at + 1).filter((other) => other.start < end)
    const again = others.find((other) => other.life === life)
    byTwoWorkers += others.length
    if (again === undefined) continue
    throw new Violation(
      `${disk.name}: bytes ${start}-${end - 1} and ${again.start}-${again.end - 1} were both fetched by worker ${life}, with\n  ${JSON.stringify(headers)}\n  ${JSON.stringify(again.headers)}`,
    )
  }
  return byTwoWorkers
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
