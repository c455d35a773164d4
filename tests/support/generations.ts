import type { Page } from '@playwright/test'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import type { GenerationEvent } from '../../src/protocol/events.ts'
import { mebibyte, storedBytes } from './bad-origin.ts'
import { expect } from './e2e-test.ts'
import type { Site } from './site.ts'
import { chunkAt, createVersions, versionBytes, versionRead } from './two-versions.ts'
import type { TwoVersions } from './two-versions.ts'

declare global {
  /** On pages that {@link listenTo} was called for. */
  var generationEvents: GenerationEvent[]
}

/** The states of a disk's generations, the oldest first. */
export function statesOf(tab: Page, url: string): Promise<string[]> {
  return tab.evaluate(async (path) => {
    const { generations } = await (await sectorcache.ready).disk(path).status()
    return generations.map(({ state }) => state)
  }, url)
}

/** Begins to collect what the page hears of generations. */
export async function listenTo(tab: Page): Promise<void> {
  await tab.evaluate(async () => {
    const heard: GenerationEvent[] = []
    globalThis.generationEvents = heard
    const cache = await sectorcache.ready
    cache.subscribe((events) => {
      for (const event of events) if (event.type === 'generation') heard.push(event)
    })
  })
}

/** Waits until the page has heard of these changes and no others: state and ETag, in this order. */
export async function heardOf(
  tab: Page,
  changes: readonly (readonly [string, string | undefined])[],
): Promise<void> {
  const heard = (): Promise<(readonly [string, string | undefined])[]> =>
    tab.evaluate(() => generationEvents.map(({ state, etag }) => [state, etag] as const))
  await expect.poll(heard).toEqual(changes)
}

/** A disk that its origin can replace, and what pages do with it. */
export interface ChangingDisk {
  readonly url: string
  readonly versions: TwoVersions
  readonly site: Site
  /** The origin has the other version from now on. */
  replace(): void
  /** Of which version a chunk is that a page reads, or how the read failed. */
  read(tab: Page, chunk: number): Promise<string>
  /** Stores all of the version that the page reads. */
  storeAll(tab: Page): Promise<void>
  /** Reads a chunk of the old version, the first that is stored. */
  storeChunk(tab: Page, chunk: number): Promise<void>
  /** Begins a new session in the tab. */
  begin(tab: Page): Promise<void>
  /** Begins a session of another page. */
  beginAnother(tab: Page): Promise<Page>
  update(tab: Page): Promise<unknown>
  /** Resolves to the code of the error, or `done`. */
  activate(tab: Page): Promise<string>
}

/** Opens a page beside a disk of 8 chunks. */
export async function openChangingDisk(
  visit: (disks: Map<string, DiskSource>) => Promise<Site>,
): Promise<ChangingDisk> {
  const name = 'disk.img'
  const url = `/disks/${name}`
  const versions = createVersions('strong ETags')
  const disks = new Map([[name, versions.old]])
  const site = await visit(disks)
  const read = (tab: Page, chunk: number): Promise<string> =>
    versionRead(tab, url, { part: chunkAt(chunk), versions })
  return {
    url,
    versions,
    site,
    replace: () => void disks.set(name, versions.next),
    read,
    async storeAll(tab) {
      await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).prefetch(), url)
      expect(await storedBytes(tab, url)).toBe(versionBytes)
    },
    async storeChunk(tab, chunk) {
      expect(await read(tab, chunk)).toBe('old')
      await expect.poll(() => storedBytes(tab, url)).toBe(mebibyte)
    },
    async begin(tab) {
      await tab.reload()
      await tab.evaluate(() => sectorcache.ready)
    },
    async beginAnother(tab) {
      const page = await tab.context().newPage()
      await page.goto(`${site.url}page.html`)
      await page.evaluate(() => sectorcache.ready)
      return page
    },
    update: (tab) =>
      tab.evaluate(async (path) => (await sectorcache.ready).disk(path).update(), url),
    activate: (tab) =>
      tab.evaluate(async (path) => {
        const cache = await sectorcache.ready
        return cache
          .disk(path)
          .activate()
          .then(
            () => 'done',
            (error: { code: string }) => error.code,
          )
      }, url),
  }
}
