import type { Page } from '@playwright/test'
import type { DiskSource } from '../../../src/demo/server/disk-source.ts'
import { clientPage } from '../../support/clients/client-page.ts'
import { createMemorySource } from '../../support/clients/memory-source.ts'
import { frameMs, makeNumberedVideo, videoSize } from '../../support/clients/numbered-video.ts'
import { quiet, requestsOf, runFourWays } from '../../support/clients/run-four-ways.ts'
import { expect, test } from '../../support/e2e-test.ts'
import type { Site } from '../../support/site.ts'

/** What `video-client.js` adds to a page. */
interface VideoPage {
  readonly videoClient: {
    /** Seeks in a video. @returns what it says of itself, and the numbers of the frames it showed. */
    watch(url: string, options: Watching): Promise<unknown>
  }
}

interface Watching {
  /** In seconds. */
  readonly moments: readonly number[]
  readonly crossOrigin?: 'anonymous'
  /** Pixels of another origin cannot be read. */
  readonly isOpaque?: boolean
}

const frameCount = 300
const moments = [0.1, 55.1, 12.3, 40.5, 3.7]
const facts = { ...videoSize, duration: (frameCount * frameMs) / 1000 }
const frames = moments.map((seconds) => Math.floor((seconds * 1000) / frameMs))
const scripts = ['/video-client.js']

let source: DiskSource

test.beforeEach(async ({ tab, serve }) => {
  const site = await serve({ content: 'pages' })
  await tab.goto(`${site.url}library.html`)
  const file = await makeNumberedVideo(tab, frameCount)
  expect(file.byteLength).toBeGreaterThan(12e6)
  source = createMemorySource(file, { contentType: 'video/webm' })
})

test('<video> shows the frame that it seeks to, forward and backward', async ({ tab, serve }) => {
  const { result, asked } = await runFourWays(
    { tab, serve },
    {
      files: { 'video.webm': source },
      scripts,
      prefetch: true,
      scenario: () => {
        const { videoClient } = globalThis as unknown as VideoPage
        // A new URL each time, of the same disk: Chromium remembers what it has read of a medium.
        const url = `/disks/video.webm?${crypto.randomUUID()}`
        return videoClient.watch(url, { moments: [0.1, 55.1, 12.3, 40.5, 3.7] })
      },
    },
  )
  expect(result).toEqual({ ...facts, frames })
  expect(asked[0]).toBe('GET bytes=0-')
  const sought = asked.filter((request) => /^GET bytes=\d{7,}-/.test(request))
  expect(sought.length).toBeGreaterThan(1)
})

test.describe('a video of another origin', () => {
  let media: Site
  let url: string

  test.beforeEach(async ({ tab, serve }) => {
    const extraDisks = new Map([['video.webm', source]])
    media = await serve({ content: 'pages', extraDisks, cors: true })
    url = `${media.url}disks/video.webm`
    const html = clientPage({ scripts, disks: `${media.url}disks/*` }, { cached: true })
    const site = await serve({ content: 'pages', pages: { '/cached.html': html } })
    await tab.goto(`${site.url}cached.html`)
    await tab.evaluate(() => sectorcache.ready)
  })

  function watch(tab: Page, options: Omit<Watching, 'moments'>): Promise<unknown> {
    return tab.evaluate(
      ([path, watching]) => {
        const { videoClient } = globalThis as unknown as VideoPage
        return videoClient.watch(`${path}?${crypto.randomUUID()}`, watching)
      },
      [url, { moments, ...options }] as const,
    )
  }

  function storedBytes(tab: Page): Promise<number> {
    return tab.evaluate(
      async (path) => (await (await sectorcache.ready).disk(path).status()).storedBytes,
      url,
    )
  }

  test('is stored when it is asked for with crossorigin, and plays with its server gone', async ({
    tab,
  }) => {
    const crossOrigin = 'anonymous'
    expect(await watch(tab, { crossOrigin })).toEqual({ ...facts, frames })
    await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).prefetch(), url)
    expect(await storedBytes(tab)).toBe(source.size)
    await media.close()
    expect(await watch(tab, { crossOrigin })).toEqual({ ...facts, frames })
  })

  test('plays without crossorigin too, but nothing of it is stored', async ({ tab }) => {
    const times = moments.map((seconds) => expect.closeTo(seconds, 3) as unknown)
    expect(await watch(tab, { isOpaque: true })).toEqual({ ...facts, times })
    expect(requestsOf(media)[0]).toBe('GET bytes=0-')
    await quiet(media)
    expect(await storedBytes(tab)).toBe(0)
  })
})
