import type { Page } from '@playwright/test'
import { storedBytes } from '../support/bad-origin.ts'
import { expect, pageWith, test as base } from '../support/e2e-test.ts'
import { statesOf } from '../support/generations.ts'
import { createProfile, stopWorkers } from '../support/profile.ts'
import { chunkAt, createVersions, versionBytes, versionRead } from '../support/two-versions.ts'

const name = 'disk.img'
const url = `/disks/${name}`

/** Playwright turns the back-forward cache off, and a page with calls to the worker is not put there. */
const test = base.extend({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the parameter's form
  profile: async ({}, use) => {
    const profile = await createProfile({ withoutArgs: ['--disable-back-forward-cache'] })
    await use(profile)
    await profile.remove()
  },
})

const plain = '<!doctype html><title>plain</title>'

declare global {
  /** Set by a page before it is left: gone, if it was loaded anew. */
  var wasHere: boolean | undefined
}

const prefetch = (tab: Page): Promise<unknown> =>
  tab.evaluate(async (path) => (await sectorcache.ready).disk(path).prefetch(), url)

test('a page that comes out of the back-forward cache goes on with its version, or hears that it is gone', async ({
  tab,
  serve,
}) => {
  const versions = createVersions('strong ETags')
  const disks = new Map([[name, versions.old]])
  const pages = { '/page.html': pageWith(), '/plain.html': plain }
  const site = await serve({ content: 'pages', pages, extraDisks: disks })
  const read = (chunk: number): Promise<string> =>
    versionRead(tab, url, { part: chunkAt(chunk), versions })
  const visitPage = async (): Promise<void> => {
    await tab.goto(`${site.url}page.html`)
    await tab.evaluate(() => sectorcache.ready)
  }
  const comeBack = async (): Promise<void> => {
    await tab.goBack({ waitUntil: 'commit' })
    expect(await tab.evaluate(() => globalThis.wasHere)).toBe(true)
  }
  await visitPage()
  await prefetch(tab)
  await tab.goto(`${site.url}plain.html`)
  expect(await read(0)).toBe('old')
  await tab.evaluate(() => void (globalThis.wasHere = true))

  await visitPage()
  disks.set(name, versions.next)
  await tab.evaluate(async (path) => {
    const disk = (await sectorcache.ready).disk(path)
    await disk.update()
    await disk.activate()
  }, url)
  expect(await read(1)).toBe('new')
  // As long as the old version is the one that would boot offline, it is there.
  await comeBack()
  expect(await read(1)).toBe('old')

  await visitPage()
  await prefetch(tab)
  await expect.poll(() => storedBytes(tab, url)).toBe(versionBytes)
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
  expect(await read(2)).toBe('new')
  await expect.poll(() => statesOf(tab, url)).toEqual(['active'])
  await stopWorkers(tab)
  await comeBack()
  for (const chunk of [0, 2]) expect(await read(chunk)).toBe('503 disk-changed')
})
