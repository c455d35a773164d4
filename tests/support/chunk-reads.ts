import type { Page } from '@playwright/test'

import type { DiskCacheEvent, DiskStatus } from '../../src/page/index.ts'
import { expect } from './e2e-test.ts'
import { exerciserDigest, readRange } from './read.ts'

/** Bytes of a MiB, and of a chunk in these tests. */
export const MiB: number = 2 ** 20

/** The disk that tests of space read. */
export const url = '/disks/exerciser-8MiB.img'

/** Another one. */
export const other = '/disks/exerciser-9MiB.img'

/** Reads some bytes of a chunk of 1 MiB, and waits until what there is of it is stored, or cannot be. */
export async function readChunk(tab: Page, path: string, chunk: number): Promise<void> {
  const part = [chunk * MiB + 100, chunk * MiB + 4196] as const
  const sectors = (path === url ? 8 : 9) * 2 ** 11
  const settled = nextEvent(tab, { path, at: part[0] })
  const seen = await readRange(tab, path, part)
  expect(seen.digest).toBe(await exerciserDigest(sectors, part))
  await settled
}

/**
 * Resolves when something was stored, or a problem was told. Call it before what causes that.
 *
 * @param wanted - the byte that was stored: what was stored before may be told late.
 */
export function nextEvent(
  tab: Page,
  wanted?: { readonly path: string; readonly at: number },
): Promise<DiskCacheEvent> {
  return tab.evaluate(async (byte) => {
    const cache = await sectorcache.ready
    const isIt = (event: DiskCacheEvent): boolean => {
      if (event.type !== 'stored' || byte === undefined) return event.type === 'stored'
      const { url: key, ranges } = event
      return (
        key.endsWith(byte.path) &&
        ranges.some(({ start, end }) => start <= byte.at && byte.at < end)
      )
    }
    return new Promise<DiskCacheEvent>((resolve) => {
      const end = cache.subscribe((events) => {
        const event = events.find((it) => it.type === 'problem' || isIt(it))
        if (event === undefined) return
        end()
        resolve(event)
      })
    })
  }, wanted)
}

/** What the cache says of a disk. */
export function status(tab: Page, path = url): Promise<DiskStatus> {
  return tab.evaluate(async (disk) => (await sectorcache.ready).disk(disk).status(), path)
}

/** The chunks of 1 MiB that are stored. */
export async function storedChunks(tab: Page, path = url): Promise<number[]> {
  const { coverage } = await status(tab, path)
  return coverage.flatMap(({ start, end }) =>
    Array.from({ length: Math.ceil((end - start) / MiB) }, (_, at) => start / MiB + at),
  )
}
