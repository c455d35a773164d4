import type { Page } from '@playwright/test'
import { expectedCrc } from '../../../src/demo/guests/exerciser-workload.ts'
import { createExerciserSource } from '../../../src/demo/server/exerciser-source.ts'
import {
  answerStatus,
  ignoreRange,
  resetConnection,
  stall,
} from '../../../src/demo/server/faults.ts'
import { openClientSite, requestsOf, runFourWays } from '../../support/clients/run-four-ways.ts'
import { expect, test } from '../../support/e2e-test.ts'
import { stopWorkers } from '../../support/profile.ts'
import type { Site } from '../../support/site.ts'

/** A guest of `v86-client.js`. */
interface Guest {
  readonly emulator: { restart(): void; destroy(): Promise<void> }
  serial: string
  readonly checksum: Promise<string>
}

/** An answer to a request for the disk. */
interface Answer {
  /** As v86 asked: the browser's own cache clamps it. */
  readonly range: string
  /** 0 for a network error. */
  readonly status: number
  readonly isFromWorker: boolean
}

/** What `v86-client.js` adds to a page. */
interface V86Page {
  readonly v86Client: {
    readonly answers: readonly Answer[]
    boot(disk: { readonly url: string; readonly fixed_chunk_size?: number }): Promise<Guest>
  }
  guest?: Guest
}

/** About 11.5 MiB: the last of the pieces of 2 MiB that v86 asks for goes past the end, and the guest reads it. */
const sectorCount = 20_480 + 3_048
const files = { 'guest.img': createExerciserSource(sectorCount) }
const scripts = ['/modules/v86/build/libv86.js', '/v86-client.js']
const checksum = expectedCrc(sectorCount)

test('v86 boots a disk whose size it has to ask for, in pieces of a fixed size that go past its end', async ({
  tab,
  serve,
}) => {
  const { result } = await runFourWays(
    { tab, serve },
    {
      files,
      scripts,
      scenario: async () => {
        const { v86Client } = globalThis as unknown as V86Page
        const guest = await v86Client.boot({ url: '/disks/guest.img', fixed_chunk_size: 2 ** 21 })
        const text = await guest.checksum
        await guest.emulator.destroy()
        const isCached = 'sectorcache' in globalThis
        const strangers = v86Client.answers.filter((answer) => answer.isFromWorker !== isCached)
        const statuses = new Set(v86Client.answers.map(({ status }) => status))
        const ranges = new Set(v86Client.answers.map(({ range }) => range))
        return { text, statuses: [...statuses], ranges: [...ranges].sort(), strangers }
      },
    },
  )
  expect(result).toEqual({
    text: checksum,
    statuses: [206],
    ranges: expect.arrayContaining(['bytes=0-0', 'bytes=10485760-12582911']) as unknown,
    strangers: [],
  })
})

let site: Site

/** Opens a page with the tag; its guest reads 64 KiB at a time, each of which is one request to the origin. */
async function startGuest(tab: Page): Promise<void> {
  await tab.goto(`${site.url}cached.html`)
  await tab.evaluate(async () => {
    const page = globalThis as unknown as V86Page
    await sectorcache.ready
    page.guest = await page.v86Client.boot({ url: '/disks/guest.img', fixed_chunk_size: 2 ** 16 })
  })
}

function printed(tab: Page): Promise<string | undefined> {
  return tab.evaluate(() => (globalThis as unknown as V86Page).guest?.checksum)
}

/** The different statuses that v86 saw, all of the worker but 0, which is no answer. */
async function seenStatuses(tab: Page): Promise<readonly number[]> {
  const answers = await tab.evaluate(() => (globalThis as unknown as V86Page).v86Client.answers)
  expect(answers.filter(({ status, isFromWorker }) => status !== 0 && !isFromWorker)).toEqual([])
  return [...new Set(answers.map(({ status }) => status))].sort()
}

/** Matches requests from the n-th on, counted from 1. */
function from(count: number): { match: () => boolean } {
  let seen = 0
  return { match: () => ++seen >= count }
}

/** Ranges that the origin was asked for more than once. */
function askedAgain(): readonly string[] {
  const ranges = requestsOf(site)
  return ranges.filter((range, at) => ranges.indexOf(range) < at)
}

function pause(): { readonly until: Promise<void>; readonly release: () => void } {
  let release = (): void => undefined
  const until = new Promise<void>((resolve) => {
    release = resolve
  })
  return { until, release }
}

test.describe('a guest in trouble', () => {
  test.beforeEach(async ({ tab, serve }) => {
    const page = { files, scripts, attributes: 'data-chunk-size="64KiB" data-readahead="off"' }
    site = await openClientSite({ tab, serve }, page)
  })

  test('v86 goes on when the worker is stopped, or the guest restarted, in the middle of a read', async ({
    tab,
  }) => {
    const [first, second] = [pause(), pause()]
    const options = { times: 1 }
    const stopped = site.origin.faults.add(stall({ afterBytes: 0, until: first.until }), {
      ...options,
      ...from(8),
    })
    const restarted = site.origin.faults.add(stall({ afterBytes: 0, until: second.until }), {
      ...options,
      ...from(20),
    })
    await startGuest(tab)
    await expect.poll(() => stopped.hits).toBe(1)
    const read = requestsOf(site)[7]
    await stopWorkers(tab)
    first.release()
    await expect.poll(() => restarted.hits).toBe(1)
    await tab.evaluate(() => {
      const { guest } = globalThis as unknown as V86Page
      if (guest !== undefined) guest.serial = ''
      guest?.emulator.restart()
    })
    second.release()
    expect(await printed(tab)).toBe(checksum)
    expect(askedAgain()).toContain(read)
    // Chromium asks the new worker by itself; where v86 is told of a network error, it tries again.
    expect((await seenStatuses(tab)).filter((status) => status !== 0)).toEqual([206])
  })

  test('v86 sees 5xx, but never 200, 404 or 416, when the origin fails for a moment or ignores a range', async ({
    tab,
  }) => {
    const { faults } = site.origin
    const added = [
      faults.add(answerStatus(404), { times: 1, ...from(1) }),
      faults.add(answerStatus(503), { times: 5, ...from(6) }),
      faults.add(answerStatus(404), { times: 1, ...from(15) }),
      faults.add(answerStatus(416), { times: 1, ...from(20) }),
      faults.add(resetConnection(), { times: 5, ...from(25) }),
      faults.add(ignoreRange({ withLength: true }), { times: 1, ...from(35) }),
    ]
    await startGuest(tab)
    expect(await printed(tab)).toBe(checksum)
    expect(added.map(({ timesLeft }) => timesLeft)).toEqual([0, 0, 0, 0, 0, 0])
    expect(await seenStatuses(tab)).toEqual([206, 502, 503])
  })
})
