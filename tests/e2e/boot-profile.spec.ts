import type { Page } from '@playwright/test'
import { bootProfileSchema } from '../../src/core/boot-profile.ts'
import type { BootProfile } from '../../src/core/boot-profile.ts'
import type { DiskCacheEvent } from '../../src/protocol/events.ts'
import { expect, test } from '../support/e2e-test.ts'
import { stopWorkers } from '../support/profile.ts'
import { readRange } from '../support/read.ts'
import { settled } from '../support/settled.ts'
import type { Handler } from '../support/site.ts'

const mebibyte = 2 ** 20
const name = 'exerciser-64MiB.img'
const url = `/disks/${name}`
const attributes = 'data-readahead="auto"'

/** A link that has time for one chunk ahead, so that requests come one by one. */
const slow = { latencyMs: 5, rateBitsPerSecond: 20e6 }

/** Reads 4 KiB at the beginning of each of these chunks, one after the other. */
async function readChunks(tab: Page, chunks: readonly number[]): Promise<void> {
  for (const chunk of chunks) {
    const start = chunk * mebibyte
    expect((await readRange(tab, url, [start, start + 4096])).status).toBe(206)
  }
}

function profileOf(tab: Page): Promise<BootProfile | undefined> {
  return tab.evaluate(async (path) => (await sectorcache.ready).disk(path).bootProfile(), url)
}

function chunksOf(profile: BootProfile | undefined): number[] | undefined {
  return profile?.reads.map(([offset]) => offset / mebibyte)
}

/** The chunks in which an origin's requests began, in order, and none twice. */
function askedChunks(requests: readonly string[]): number[] {
  const starts = requests.map((request) => Number(/bytes=(\d+)-[1-9]/.exec(request)?.[1] ?? NaN))
  return [
    ...new Set(starts.filter((at) => !Number.isNaN(at)).map((at) => Math.floor(at / mebibyte))),
  ]
}

/** Serves a file beside the disk, and counts how often it is asked for. */
function beside(text: string | undefined): { handler: Handler; asked: () => number } {
  let asked = 0
  return {
    asked: () => asked,
    handler(request, response, next) {
      if (request.url !== `${url}.boot.json`) return next()
      asked++
      if (text === undefined) response.writeHead(404).end()
      else response.writeHead(200, { 'Content-Type': 'application/json' }).end(text)
    },
  }
}

const published = JSON.stringify({
  schema: bootProfileSchema,
  sizeBytes: 64 * mebibyte,
  boots: 1,
  reads: [40, 12, 13, 3].map((chunk, order) => [chunk * mebibyte, 65_536, order * 1000]),
})

test('what a session reads first is recorded over worker stops, and fetched ahead of the next one', async ({
  tab,
  visit,
}) => {
  const site = await visit({ attributes }, slow)
  await readChunks(tab, [0, 50, 20])
  expect(chunksOf(await profileOf(tab))).toEqual([0, 50, 20])
  await stopWorkers(tab)
  await readChunks(tab, [20, 35])
  expect(chunksOf(await profileOf(tab))).toEqual([0, 50, 20, 35])

  await settled(tab, site)
  await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).evict(), url)
  site.origin.reset()
  await tab.reload()
  await readChunks(tab, [0])
  await expect
    .poll(() => askedChunks(site.diskRequests(name)))
    .toEqual(expect.arrayContaining([0, 50, 20, 35]))
})

test('a first visitor is fetched ahead of by the profile beside the image, which is asked for once', async ({
  tab,
  visit,
}) => {
  const { handler, asked } = beside(published)
  const site = await visit({ attributes }, { ...slow, handlers: [handler] })
  await readChunks(tab, [0])
  // How many of them are one portion depends on the link.
  await expect
    .poll(() => askedChunks(site.diskRequests(name)))
    .toEqual(expect.arrayContaining([0, 3, 12, 40]))
  expect(chunksOf(await profileOf(tab))).toEqual([40, 12, 13, 3])
  await tab.reload()
  await readChunks(tab, [60])
  await tab.reload()
  await readChunks(tab, [61])
  expect(asked()).toBe(1)
})

test('that no profile lies beside the image is remembered, and one that is none is told of', async ({
  tab,
  visit,
}) => {
  const none = beside(undefined)
  const site = await visit({ attributes }, { handlers: [none.handler] })
  await readChunks(tab, [0])
  await expect.poll(none.asked).toBe(1)
  await tab.reload()
  await readChunks(tab, [7])
  await stopWorkers(tab)
  await readChunks(tab, [9])
  expect(none.asked()).toBe(1)
  await site.close()

  await visit({ attributes }, { handlers: [beside('{"schema":"v2"}').handler] })
  await tab.evaluate(async () => {
    const heard: DiskCacheEvent[] = []
    Object.assign(globalThis, { heard })
    ;(await sectorcache.ready).subscribe((events) => heard.push(...events))
  })
  await readChunks(tab, [0])
  const problems = (): Promise<unknown> =>
    tab.evaluate(() => {
      const { heard } = globalThis as unknown as { heard: DiskCacheEvent[] }
      return heard.filter(({ type }) => type === 'problem')
    })
  await expect.poll(problems).toMatchObject([
    {
      code: 'integrity-failed',
      message: expect.stringContaining('.boot.json is no boot profile'),
    },
  ])
})

test('a boot is recorded by hand, through the worker and past it, and prefetched in its order', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  await tab.evaluate(async (path) => {
    const disk = (await sectorcache.ready).disk(path)
    Object.assign(globalThis, { recorder: disk.recordBoot(), device: await disk.open() })
  }, url)
  await readChunks(tab, [30])
  const recorded = await tab.evaluate(async () => {
    const { recorder, device } = globalThis as unknown as {
      recorder: { stop(): Promise<BootProfile> }
      device: { read(offset: number, length: number): Promise<Uint8Array> }
    }
    await device.read(55 * 2 ** 20, 512)
    await device.read(8 * 2 ** 20, 512)
    return recorder.stop()
  })
  // The device's first byte came through the worker.
  const order = chunksOf(recorded) ?? []
  expect(order.toSorted((a, b) => a - b)).toEqual([0, 8, 30, 55])
  expect(await profileOf(tab)).toEqual(recorded)

  await settled(tab, site)
  const report = await tab.evaluate(async (path) => {
    const disk = (await sectorcache.ready).disk(path)
    await disk.evict()
    return disk.prefetch({ profile: 'recorded', concurrency: 1 })
  }, url)
  expect(report).toMatchObject({ totalBytes: 4 * mebibyte, fetchedBytes: 4 * mebibyte })
  const asked = askedChunks(site.diskRequests(name).slice(-4))
  expect(asked).toEqual(order)
  // Without readahead, nothing is fetched ahead of a session.
  await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).evict(), url)
  await tab.reload()
  site.origin.reset()
  await readChunks(tab, [30])
  await expect.poll(() => site.origin.counters.open).toBe(0)
  expect(askedChunks(site.diskRequests(name))).toEqual([30])
  const refused = await tab.evaluate(async () => {
    const disk = (await sectorcache.ready).disk('/disks/exerciser-8MiB.img')
    return disk.prefetch({ profile: 'recorded' }).catch(({ code }) => code as string)
  })
  expect(refused).toBe('invalid-option')
})
