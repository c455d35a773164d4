import type { Page } from '@playwright/test'
import { disk } from './bad-origin.ts'

const whole = [{ start: 0, end: disk.sizeBytes }]

/** Prefetches some of a disk. @param ranges - by default the whole exerciser */
export function prefetch(tab: Page, ranges = whole, url: string = disk.url): Promise<unknown> {
  return tab.evaluate(
    async ({ path, wanted }) => (await sectorcache.ready).disk(path).prefetch({ ranges: wanted }),
    { path: url, wanted: ranges },
  )
}

/** Keeps the archive in the page, where `importInto` finds it. @returns its length, and the names of its entries. */
export function exportFrom(
  tab: Page,
  url: string = disk.url,
): Promise<{ size: number; names: string[] }> {
  return tab.evaluate(async (path) => {
    const archive = await new Response((await sectorcache.ready).disk(path).export()).blob()
    Object.assign(globalThis, { archive })
    const bytes = new Uint8Array(await archive.arrayBuffer())
    const names: string[] = []
    const text = (at: number, length: number): string =>
      new TextDecoder().decode(bytes.subarray(at, at + length)).replace(/\0.*$/, '')
    for (let at = 0; bytes[at] !== 0;) {
      names.push(text(at, 100))
      at += 512 + Math.ceil(Number.parseInt(text(at + 124, 12), 8) / 512) * 512
    }
    return { size: archive.size, names }
  }, url)
}

/** What becomes of an archive before it is imported. */
export interface ArchiveChange {
  /** Only so many bytes of the archive. */
  readonly length?: number
  /** One bit of this byte is flipped. */
  readonly flipAt?: number
  readonly fromAnyUrl?: boolean
}

/** @returns the report, or code and message of the error. */
export function importInto(
  tab: Page,
  { length, flipAt, fromAnyUrl = false }: ArchiveChange = {},
  url: string = disk.url,
): Promise<Record<string, unknown>> {
  return tab.evaluate(
    async ({ path, end, flip, any }) => {
      const { archive } = globalThis as unknown as { archive: Blob }
      const bytes = new Uint8Array(await archive.slice(0, end).arrayBuffer())
      if (flip !== undefined) bytes[flip] = (bytes[flip] ?? 0) ^ 1
      const target = (await sectorcache.ready).disk(path)
      return target.import(new Blob([bytes]).stream(), { fromAnyUrl: any }).then(
        (report) => ({ ...report }),
        ({ code, message, details }: Error & { code?: string; details?: object }) => ({
          code,
          message,
          ...details,
        }),
      )
    },
    { path: url, end: length, flip: flipAt, any: fromAnyUrl },
  )
}

/** The archive as base64, to be carried to another site. */
export function takeArchive(tab: Page): Promise<string> {
  return tab.evaluate(async () => {
    const { archive } = globalThis as unknown as { archive: Blob }
    const reader = new FileReader()
    const read = new Promise((resolve) => reader.addEventListener('load', resolve))
    reader.readAsDataURL(archive)
    await read
    return String(reader.result)
  })
}

/** Lets the page have an archive that {@link takeArchive} has taken from another one. */
export async function giveArchive(tab: Page, dataUrl: string): Promise<void> {
  await tab.evaluate(async (url) => {
    Object.assign(globalThis, { archive: await (await fetch(url)).blob() })
  }, dataUrl)
}

/** As if it were another browser, but for the archive that the page holds. */
export async function wipe(tab: Page): Promise<void> {
  await tab.evaluate(async () => (await sectorcache.ready).clear())
}
