import type { Page } from '@playwright/test'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import type { FaultTransform } from '../../src/demo/server/fault-transform.ts'
import { ignoreIfRange } from '../../src/demo/server/range-faults.ts'
import { replacedWithin } from '../../src/demo/server/replaced-within.ts'
import type { ReplacementForm } from '../../src/demo/server/replaced-within.ts'
import { mebibyte, requestFor, storedBytes, wanted, wantedRequest } from '../support/bad-origin.ts'
import type { Part } from '../support/bad-origin.ts'
import { expect, test } from '../support/e2e-test.ts'
import type { Site } from '../support/site.ts'
import {
  createVersions,
  expectVersion,
  chunkAt,
  versionBytes,
  versionRead,
} from '../support/two-versions.ts'
import type { TwoVersions } from '../support/two-versions.ts'

const name = 'disk.img'
const url = `/disks/${name}`

let versions: TwoVersions
let disks: Map<string, DiskSource>
let site: Site
let open: (kind?: Parameters<typeof createVersions>[0], attributes?: string) => Promise<void>

test.beforeEach(({ visit }) => {
  open = async (kind = 'strong ETags', attributes = '') => {
    versions = createVersions(kind)
    disks = new Map([[name, versions.old]])
    site = await visit({ attributes }, { extraDisks: disks })
  }
})

function read(tab: Page, part: Part): Promise<string> {
  return versionRead(tab, url, { part, versions })
}

async function expectChunks(tab: Page, count: number): Promise<void> {
  await expect.poll(() => storedBytes(tab, url)).toBe(count * mebibyte)
}

/** Chunk 0 is confirmed by the answer that brings chunk 1. */
async function readTwoChunks(tab: Page): Promise<void> {
  expect(await read(tab, chunkAt(0))).toBe('old')
  await expectChunks(tab, 1)
  expect(await read(tab, chunkAt(1))).toBe('old')
  await expectChunks(tab, 2)
  site.origin.reset()
}

async function expectNewAfterReload(tab: Page): Promise<void> {
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
  await expectVersion(tab, url, { version: 'new', versions })
  await expectChunks(tab, 8)
  await site.close()
  await expectVersion(tab, url, { version: 'new', versions })
}

const origins = [
  ['strong ETags', undefined],
  ['strong ETags', ignoreIfRange],
  ['weak ETags', undefined],
  ['only dates', undefined],
] as const

for (const [kind, fault] of origins) {
  const what = `${kind}${fault === undefined ? '' : ' and an ignored If-Range'}`

  test(`replaced between answers, ${what}, hold: old bytes or disk-changed, and new ones after a reload`, async ({
    tab,
  }) => {
    await open(kind)
    await readTwoChunks(tab)
    if (fault !== undefined) site.origin.faults.add(fault())
    disks.set(name, versions.next)
    expect(await read(tab, chunkAt(3))).toBe('503 disk-changed')
    // What no later answer has confirmed may be torn, and is given up.
    await expectChunks(tab, 1)
    expect(site.diskRequests(name)).toEqual([wantedRequest, requestFor([0, 1])])
    expect(await read(tab, chunkAt(0))).toBe('old')
    expect(await read(tab, chunkAt(1))).toBe('503 disk-changed')
    expect(await read(tab, [0, 4 * mebibyte])).toBe('503 disk-changed')
    expect(['503 disk-changed', 'broken']).toContain(await read(tab, [0, versionBytes]))
    await expectNewAfterReload(tab)
  })

  test(`replaced between answers, ${what}, switch: all answers from then on are of the new version`, async ({
    tab,
  }) => {
    await open(kind, 'data-on-change="switch"')
    await readTwoChunks(tab)
    if (fault !== undefined) site.origin.faults.add(fault())
    disks.set(name, versions.next)
    expect(await read(tab, [0, 4 * mebibyte])).toBe('new')
    expect(await read(tab, chunkAt(3))).toBe('new')
    await expectNewAfterReload(tab)
  })
}

test('a disk without a strong ETag that became shorter has changed, though only its end is read', async ({
  tab,
}) => {
  await open('only dates')
  await readTwoChunks(tab)
  disks.set(name, { ...versions.next, size: 3 * mebibyte })
  expect(await read(tab, chunkAt(5))).toBe('503 disk-changed')
  expect(site.diskRequests(name)).toEqual([
    requestFor([5 * mebibyte, 6 * mebibyte]),
    requestFor([0, 1]),
  ])
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
  expect(await read(tab, chunkAt(2))).toBe('new')
})

function replacedInChunk3(form: ReplacementForm): FaultTransform {
  return replacedWithin({
    form,
    afterBytes: 500_000,
    within: (range) => `GET ${range}` === wantedRequest,
    nextOf: () => versions.next,
  })
}

/** What the read gets in whose answer the disk is replaced. In place, nobody can see it while it happens. */
const within: readonly (readonly [ReplacementForm, string])[] = [
  ['goes-on', 'old'],
  ['breaks', '503 disk-changed'],
  ['in-place', 'a mixture'],
]

for (const [form, seen] of within) {
  test(`replaced within an answer, ${form}: nothing that may be torn stays`, async ({ tab }) => {
    await open()
    await readTwoChunks(tab)
    site.origin.faults.add(replacedInChunk3(form))
    expect(await read(tab, [3 * mebibyte, 4 * mebibyte])).toBe(seen)
    if (seen !== '503 disk-changed') await expectChunks(tab, 3)
    expect(await read(tab, chunkAt(5))).toBe('503 disk-changed')
    await expectChunks(tab, 2)
    expect(await read(tab, chunkAt(3))).toBe('503 disk-changed')
    expect(await read(tab, [0, 2 * mebibyte])).toBe('old')
    await expectNewAfterReload(tab)
  })
}

test('a first chunk that was torn does not stay either', async ({ tab }) => {
  await open()
  site.origin.faults.add(replacedInChunk3('in-place'))
  expect(await read(tab, [3 * mebibyte, 4 * mebibyte])).toBe('a mixture')
  await expectChunks(tab, 1)
  expect(await read(tab, chunkAt(0))).toBe('503 disk-changed')
  await expectChunks(tab, 0)
  await expectNewAfterReload(tab)
})

test('what is under way when the change is found is neither handed out nor stored', async ({
  tab,
}) => {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await open()
  await readTwoChunks(tab)
  const replaced = replacedInChunk3('in-place')
  site.origin.faults.add((plan, source, request) => {
    const spoiled = replaced(plan, source, request)
    const { interruption } = spoiled
    if (interruption === undefined) return spoiled
    return { ...spoiled, interruption: { ...interruption, until: held } }
  })
  const reading = read(tab, wanted)
  await expect.poll(() => site.origin.requests.at(0)?.bytesSent).toBe(500_000)
  expect(await read(tab, chunkAt(5))).toBe('503 disk-changed')
  expect(await reading).toBe('503 disk-changed')
  release()
  await expect.poll(() => site.origin.counters.open).toBe(0)
  expect(await read(tab, chunkAt(3))).toBe('503 disk-changed')
  await expectChunks(tab, 2)
  await expectNewAfterReload(tab)
})

test('a disk that turns out not to have changed loses nothing', async ({ tab }) => {
  await open()
  await readTwoChunks(tab)
  // One answer of another version, as from an edge server that lags behind.
  const lagging = site.origin.faults.add(
    (plan) => ({ ...plan, headers: { ...plan.headers, ETag: '"lagging"' } }),
    { times: 1 },
  )
  expect(await read(tab, chunkAt(3))).toBe('503 disk-changed')
  expect(lagging.hits).toBe(1)
  expect(await read(tab, chunkAt(3))).toBe('old')
  await expectChunks(tab, 3)
  expect(site.diskRequests(name)).toEqual([wantedRequest, requestFor([0, 1]), wantedRequest])
})
