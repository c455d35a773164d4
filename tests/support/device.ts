import type { Page } from '@playwright/test'
import type { BlockDevice } from '../../src/core/block-device.ts'
import type { DiskCache } from '../../src/protocol/api.ts'

/** Bytes `[start, end)` of a disk. */
export type Range = readonly [start: number, end: number]

/** What a page with the script tag keeps between the calls of a test. */
declare global {
  var testDevice: BlockDevice | undefined
}

/** Opens a device in the page, and closes the one before. @returns its size and ETag, or the code of the error. */
export function openDevice(
  page: Page,
  url: string,
): Promise<{ size: number; etag: string | undefined } | string> {
  return page.evaluate(async (path) => {
    globalThis.testDevice?.close()
    const cache = await sectorcache.ready
    try {
      const device = await cache.disk(path).open()
      globalThis.testDevice = device
      return { size: device.size, etag: device.etag }
    } catch (error) {
      return (error as { code: string }).code
    }
  }, url)
}

/**
 * Reads ranges through the page's device, all at once.
 *
 * @returns for each, the SHA-256 of the bytes in hex, or the code of the error.
 */
export function readAll(page: Page, ranges: readonly Range[]): Promise<string[]> {
  return page.evaluate(
    (wanted) =>
      Promise.all(
        wanted.map(async ([start, end]) => {
          try {
            const bytes = await globalThis.testDevice?.read(start, end - start)
            if (bytes === undefined) return 'no device'
            const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
            return Array.from(new Uint8Array(hash), (byte) =>
              byte.toString(16).padStart(2, '0'),
            ).join('')
          } catch (error) {
            return (error as { code?: string }).code ?? String(error)
          }
        }),
      ),
    ranges,
  )
}

/** Reads one range, as {@link readAll}. */
export async function readOne(page: Page, range: Range): Promise<string> {
  return (await readAll(page, [range]))[0] ?? ''
}

/** How many reads the worker has answered so far. */
export function countWorkerReads(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { requests } = await (await sectorcache.ready).stats()
    return Object.values(requests).reduce((sum, count) => sum + count, 0)
  })
}

/** Runs `work` with the cache of the page. It is handed over as text, so it can use nothing but its parameter. */
export function withCache<Result>(
  page: Page,
  work: (cache: DiskCache) => Promise<Result>,
): Promise<Result> {
  return page.evaluate(`sectorcache.ready.then(${work.toString()})`)
}
