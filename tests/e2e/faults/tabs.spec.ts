import type { Page } from '@playwright/test'

import type { CheckedRead, ReadPlan } from '../../faults/browser/check-bytes.ts'
import { createDice } from '../../faults/dice.ts'
import { faultDisk } from '../../faults/fault-disk.ts'
import type { FaultTally } from '../../faults/fault-tally.ts'
import { test } from '../../faults/fault-test.ts'
import { withinTime } from '../../faults/fault-world.ts'
import type { FaultWorld } from '../../faults/fault-world.ts'
import { judgeRead } from '../../faults/judge-disk.ts'
import { expect } from '../../support/e2e-test.ts'

const { url, sizeBytes, chunkSize, name } = faultDisk

/** Pages beside the first one. */
const moreTabs = 2

/** Every chunk once, in an order of its own, each read a little askew. */
function plansOf(seed: number): ReadPlan[] {
  const dice = createDice(seed)
  const plans: ReadPlan[] = []
  for (let start = 0; start < sizeBytes; start += chunkSize) {
    const end = Math.min(sizeBytes, start + chunkSize)
    plans.splice(dice.below(plans.length + 1), 0, { url, start, end })
  }
  return plans
}

/** Lets several pages and a dedicated worker read the whole disk at the same time. @returns how many reads that were */
async function readEverywhere(
  world: FaultWorld,
  { seed, tally }: { seed: number; tally: FaultTally },
): Promise<number> {
  const tabs: Page[] = [world.page]
  for (let more = 0; more < moreTabs; more++) tabs.push(await world.openTab())
  const reading: Promise<CheckedRead[]>[] = tabs.map((tab, at) =>
    tab.evaluate((plans) => globalThis.faultPage.readAll(plans), plansOf(seed + at)),
  )
  reading.push(
    world.page.evaluate((plans) => globalThis.faultPage.readAllInWorker(plans), plansOf(seed - 1)),
  )
  const reads = (await withinTime('reading everywhere', Promise.all(reading))).flat()
  for (const read of reads) {
    judgeRead(read, world, tally)
    expect(read.kind).toBe('right')
  }
  return reads.length
}

/** How often the byte was asked for that was asked for most often. */
function mostOften({ site }: FaultWorld): number {
  const asked = new Map<number, number>()
  for (const request of site.diskRequests(name)) {
    const [, first, last] = /^GET bytes=(\d+)-(\d+)$/.exec(request) ?? []
    // A single byte asks what there is.
    if (first === undefined || first === last) continue
    for (let at = Math.floor(Number(first) / 512); at <= Math.floor(Number(last) / 512); at++) {
      asked.set(at, (asked.get(at) ?? 0) + 1)
    }
  }
  return Math.max(...asked.values())
}

async function countReads({ page }: FaultWorld): Promise<number> {
  const { requests } = await page.evaluate(async () => (await globalThis.sectorcache.ready).stats())
  const { error, ...answered } = requests
  expect(error).toBeGreaterThanOrEqual(0) // the probes of pages that are being opened
  return Object.values(answered).reduce((sum, count) => sum + count, 0)
}

test('pages and a worker that read at once fetch each chunk once, and are counted right', async ({
  openWorld,
  tally,
  seed,
}) => {
  const world = await openWorld({ store: 'idb' })
  const before = await countReads(world)
  const reads = await readEverywhere(world, { seed, tally })
  expect(mostOften(world)).toBe(1)
  expect((await countReads(world)) - before).toBe(reads)
  await expect.poll(async () => (await world.status()).complete).toBe(true)
})

test('two service workers that store at the same time lose no note of what the other has stored', async ({
  openWorld,
  tally,
  seed,
}) => {
  const world = await openWorld({ store: 'idb' })
  const other = await world.openTab('two')
  const halves = [0, 1].map((half) =>
    plansOf(seed).filter(({ start }) => (start / chunkSize) % 2 === half),
  )
  const reads = await withinTime(
    'reading through two workers',
    Promise.all(
      [world.page, other].map((tab, at) =>
        tab.evaluate((plans) => globalThis.faultPage.readAll(plans), halves[at] ?? []),
      ),
    ),
  )
  for (const read of reads.flat()) {
    judgeRead(read, world, tally)
    expect(read.kind).toBe('right')
  }
  await expect.poll(async () => (await world.status()).complete).toBe(true)
  await world.kill('worker')
  world.site.origin.reset()
  await readEverywhere(world, { seed, tally })
  expect(world.site.diskRequests(name)).toEqual([])
})

test('an update of the service worker while pages read loses no chunk and no figure', async ({
  openWorld,
  tally,
  seed,
}) => {
  const world = await openWorld({ store: 'idb', rateBitsPerSecond: 50e6 })
  const before = await countReads(world)
  let found: Promise<void> | undefined
  world.onNews = ({ kind }) => {
    // The old worker stays until it has sent what it began: nobody may wait for the new one here.
    if (kind !== 'paused') return
    found ??= world.beginUpdate()
    found.catch(() => undefined)
  }
  const plan = { url, start: 0, end: sizeBytes, pauseAt: 2 ** 20 }
  const long = world.page.evaluate((all) => globalThis.faultPage.readAll(all), [plan])
  const reads = await readEverywhere(world, { seed, tally })
  const [body] = await withinTime('the long body', long)
  if (body !== undefined) judgeRead(body, world, tally)
  expect(body?.kind).toBe('right')
  const expectAll = async (): Promise<void> => {
    await expect.poll(async () => (await countReads(world)) - before).toBe(reads + 1)
    await expect.poll(async () => (await world.status()).complete).toBe(true)
  }
  await expectAll()
  await found
  await withinTime('the update', world.endUpdate())
  // Each worker knows only what it fetches itself.
  expect(mostOften(world)).toBeLessThanOrEqual(2)
  await expectAll()
})
