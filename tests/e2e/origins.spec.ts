import type { Page } from '@playwright/test'
import { answerStatus, stall } from '../../src/demo/server/faults.ts'
import { expect, test } from '../support/e2e-test.ts'
import { exerciserDigest, readRange } from '../support/read.ts'
import type { SeenResponse } from '../support/read.ts'
import { settled } from '../support/settled.ts'
import type { Site } from '../support/site.ts'

const mebibyte = 2 ** 20
const name = 'exerciser-8MiB.img'
const url = `/disks/${name}`
const sectorCount = (8 * mebibyte) / 512
const range = [3 * mebibyte + 1000, 3 * mebibyte + 5096] as const

function problemOf({ text }: SeenResponse): unknown {
  return JSON.parse(text)
}

function storedBytes(tab: Page): Promise<number> {
  return tab.evaluate(
    async (path) => (await (await sectorcache.ready).disk(path).status()).storedBytes,
    url,
  )
}

let site: Site

test.beforeEach(async ({ visit }) => {
  site = await visit()
})

async function expectRightBytes(tab: Page): Promise<void> {
  const seen = await readRange(tab, url, range)
  expect(seen.status).toBe(206)
  expect(seen.headers['content-range']).toBe(`bytes ${range[0]}-${range[1] - 1}/${8 * mebibyte}`)
  expect(seen.digest).toBe(await exerciserDigest(sectorCount, range))
}

test('a server that is gone gives a 503 for what is missing, and serves what is stored', async ({
  tab,
}) => {
  await expectRightBytes(tab)
  await expect.poll(() => storedBytes(tab)).toBe(mebibyte)
  await site.close()
  await expectRightBytes(tab)
  const seen = await readRange(tab, url, [0, 512])
  expect([seen.status, problemOf(seen)]).toEqual([
    503,
    expect.objectContaining({ code: 'origin-unreachable' }),
  ])
})

test('readers that wait for one chunk make one request', async ({ tab }) => {
  let release = (): void => undefined
  const until = new Promise<void>((resolve) => {
    release = resolve
  })
  site.origin.faults.add(stall({ afterBytes: 0, until }), { times: 1 })
  const reads = [0, 1, 2, 3].map((at) => readRange(tab, url, [at * 4096, at * 4096 + 4096]))
  await expect.poll(() => site.diskRequests(name).length).toBe(1)
  release()
  for (const [at, seen] of (await Promise.all(reads)).entries()) {
    expect(seen.digest).toBe(await exerciserDigest(sectorCount, [at * 4096, at * 4096 + 4096]))
  }
  expect(site.diskRequests(name)).toHaveLength(1)
})

test('first reads that fail, fail together', async ({ tab }) => {
  site.origin.faults.add(answerStatus(503))
  const statuses = await tab.evaluate(
    (path) =>
      Promise.all(
        Array.from({ length: 10 }, async (_, at) => {
          const headers = { Range: `bytes=${at * 2 ** 19}-${at * 2 ** 19 + 99}` }
          return (await fetch(path, { headers })).status
        }),
      ),
    url,
  )
  expect(new Set(statuses)).toEqual(new Set([503]))
  // One discovery, with its repetitions.
  expect(site.diskRequests(name)).toHaveLength(4)
})

test('a read over several missing chunks asks for them in one request', async ({ tab }) => {
  const wide = [mebibyte + 5, 4 * mebibyte - 5] as const
  await readRange(tab, url, [0, mebibyte])
  await settled(tab, site)
  site.origin.reset()
  const seen = await readRange(tab, url, wide)
  expect(seen.digest).toBe(await exerciserDigest(sectorCount, wide))
  expect(site.diskRequests(name)).toEqual([`GET bytes=${mebibyte}-${4 * mebibyte - 1}`])
})

test('a whole read of more than 4 MiB is streamed from store and origin, byte for byte', async ({
  tab,
}) => {
  await readRange(tab, url, [2 * mebibyte, 2 * mebibyte + 1])
  await readRange(tab, url, [6 * mebibyte, 6 * mebibyte + 1])
  const seen = await readRange(tab, url, [0, 8 * mebibyte])
  expect(seen.headers['content-length']).toBe(String(8 * mebibyte))
  expect(seen.digest).toBe(await exerciserDigest(sectorCount, [0, 8 * mebibyte]))
  await expect.poll(() => storedBytes(tab)).toBe(8 * mebibyte)
  const again = await readRange(tab, url, [0, 8 * mebibyte])
  expect(again.headers['cache-status']).toBe('sectorcache; hit')
  expect(again.digest).toBe(seen.digest)
})
