import { setTimeout as sleep } from 'node:timers/promises'
import { intersectRanges } from '../../src/core/byte-range.ts'
import type { ByteRange } from '../../src/core/byte-range.ts'
import type { RequestRecord } from '../../src/demo/server/request-log.ts'
import type { Lane } from './lane.ts'

const MiB = 2 ** 20
/** What is not stored by then never will be. */
const patienceMs = 120_000
/** Time between two looks. */
const intervalMs = 50
/** Reads that are made again. */
const readsAgain = 32

/**
 * Sees to it that a worker has stored what was read through it, when nothing is timed any more: waits until it says so, then
 * reads some of it again. What the HTTP cache has is cleared before: a worker that stores nothing could give it out, too.
 *
 * @param ranges - bytes that were read, or fetched
 * @throws {Error} if they are not stored, are other bytes, or are asked for again
 */
export async function expectStored(
  lane: Lane,
  url: string,
  ranges: readonly ByteRange[],
): Promise<void> {
  await lane.whenIdle()
  await untilStored(lane, url, ranges)
  await clearHttpCache(lane)
  const { origin } = lane.site
  origin.reset()
  const again = pickSome(ranges, readsAgain)
  const reads = again.map(({ start, end }) => [start, end - start, 0] as const)
  await lane.measure('timeReplay', { url, reads, restMs: 0 })
  await lane.whenIdle()
  const asked = findRequestFor(origin.requests, url, again)
  if (asked === undefined) return
  throw new Error(`${lane.contender}: ${asked} of ${url} was asked for again, though it was stored`)
}

/**
 * Waits until a worker says that it has stored bytes of a disk.
 *
 * @throws {Error} if it does not come to that
 */
export async function untilStored(
  { contender, page }: Lane,
  url: string,
  ranges: readonly ByteRange[],
): Promise<void> {
  const endsAt = performance.now() + patienceMs
  for (;;) {
    const { coverage } = await page.evaluate(
      async (path) => (await sectorcache.ready).disk(path).status(),
      url,
    )
    const missing = findMissing(coverage, ranges)
    if (missing.length === 0) return
    if (performance.now() > endsAt) {
      const count = `${missing.length} of ${ranges.length} parts`
      throw new Error(`${contender}: ${count} of ${url} are not stored, though they were read`)
    }
    await sleep(intervalMs)
  }
}

/** All of a disk, in parts of 1 MiB. */
export function partsOfDisk(sizeBytes: number): ByteRange[] {
  return Array.from({ length: Math.ceil(sizeBytes / MiB) }, (_, at) => ({
    start: at * MiB,
    end: Math.min((at + 1) * MiB, sizeBytes),
  }))
}

/** Those of `ranges` that do not lie wholly in a run of `coverage`. */
export function findMissing(
  coverage: readonly ByteRange[],
  ranges: readonly ByteRange[],
): ByteRange[] {
  return ranges.filter(
    ({ start, end }) => !coverage.some((run) => run.start <= start && end <= run.end),
  )
}

/** At most `count` of `items`, evenly spread. */
export function pickSome<Item>(items: readonly Item[], count: number): Item[] {
  const every = Math.ceil(items.length / count)
  return items.filter((_, at) => at % every === 0)
}

/**
 * Finds a request that asked for any of `ranges`. A HEAD, and one for a single byte, ask what there is, and do not count;
 * nor does what is fetched ahead elsewhere.
 *
 * @returns what it asked for
 */
export function findRequestFor(
  requests: readonly Pick<RequestRecord, 'method' | 'url' | 'range'>[],
  url: string,
  ranges: readonly ByteRange[],
): string | undefined {
  const found = requests.find((request) => {
    if (request.method === 'HEAD' || request.url.replace(/\?.*/s, '') !== url) return false
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.range ?? '') ?? []
    // The whole disk, or something unusual.
    if (first === undefined || last === undefined) return true
    const asked = { start: Number(first), end: Number(last) + 1 }
    const isProbe = asked.end - asked.start === 1
    return !isProbe && ranges.some((range) => intersectRanges(range, asked) !== undefined)
  })
  return found && (found.range ?? 'all')
}

async function clearHttpCache({ page }: Lane): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.clearBrowserCache')
  await session.detach()
}
