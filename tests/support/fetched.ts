import { expect } from '@playwright/test'

import type { Site } from './site.ts'

/**
 * The bytes that requests such as `GET bytes=0-511` asked for, joined: `[start, end)`, ascending. Fails if any byte was asked
 * for twice; but the single byte by which a session asks what there is does not count.
 */
export function fetchedOnce(requests: readonly string[]): [number, number][] {
  const ranges = requests
    .filter((request) => request !== 'GET bytes=0-0')
    .map((request): [number, number] => {
      const [, first, last] = /^GET bytes=(\d+)-(\d+)$/.exec(request) ?? []
      return [Number(first), Number(last) + 1]
    })
    .sort(([a], [b]) => a - b)
  const joined: [number, number][] = []
  for (const [start, end] of ranges) {
    const last = joined.at(-1)
    expect(start, `asked for twice: ${requests.join(', ')}`).toBeGreaterThanOrEqual(last?.[1] ?? 0)
    if (last?.[1] === start) last[1] = end
    else joined.push([start, end])
  }
  return joined
}

/** Waits until the origin has sent only whole chunks of the usual size: then what was read of a disk is stored, or about to be. */
export async function wholeChunks(
  site: Pick<Site, 'origin' | 'diskRequests'>,
  name: string,
): Promise<void> {
  const chunkBytes = 256 * 1024
  await expect
    .poll(() => {
      const ranges = fetchedOnce(site.diskRequests(name))
      // The last chunk of a disk may be short, and none of ours is.
      const areWhole = ranges.every((range) => range.every((bytes) => bytes % chunkBytes === 0))
      return site.origin.counters.open === 0 && areWhole
    })
    .toBe(true)
}
