import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'
import type { DiskSource } from '../../../src/demo/server/disk-source.ts'
import type { CacheStats } from '../../../src/protocol/reports.ts'
import { settled } from '../settled.ts'
import type { Site, SiteOptions } from '../site.ts'
import { clientPage } from './client-page.ts'
import type { ClientPage } from './client-page.ts'

/** A library that reads ranges, and how its users use it. */
export interface Client<Result> extends ClientPage {
  /** The files below `/disks/`, by name. */
  readonly files: Readonly<Record<string, DiskSource>>
  /**
   * Runs in the page: reads with the library, and returns what depends on every byte that it read. It must read
   * the same in each run, and find all that is no disk on the page that is loaded already.
   */
  readonly scenario: () => Promise<Result>
  /** Reads what depends on the moment, such as how far a player buffers: all is stored before the warm run. */
  readonly prefetch?: boolean
}

/** The fixtures that it takes to run one. */
export interface Stage {
  readonly tab: Page
  readonly serve: (options: SiteOptions) => Promise<Site>
}

/** What a client read without a worker, and what was asked for then. */
export interface Reference<Result> {
  readonly result: Result
  /** Of the run without a worker, as `GET bytes=0-0`. */
  readonly asked: readonly string[]
}

/**
 * Runs a client without a worker, then through the tag: with nothing stored, with everything stored, and with
 * its server gone. Each run must have the same result; the last two must be answered from the store alone.
 *
 * @returns what it read without a worker, to be compared with what is known of the files.
 */
export async function runFourWays<Result>(
  stage: Stage,
  client: Client<Result>,
): Promise<Reference<Result>> {
  const { tab } = stage
  const site = await openClientSite(stage, client)

  await tab.goto(`${site.url}plain.html`)
  expect(await tab.evaluate(() => navigator.serviceWorker.controller)).toBeNull()
  const result = await tab.evaluate(client.scenario)
  await quiet(site)
  const asked = requestsOf(site)
  expect(asked.length).toBeGreaterThan(0)

  site.origin.reset()
  await tab.goto(`${site.url}cached.html`)
  await tab.evaluate(() => sectorcache.ready)
  expect<unknown>(await tab.evaluate(client.scenario), 'cold').toEqual(result)
  expect(requestsOf(site).length, 'asked when nothing is stored').toBeGreaterThan(0)
  if (client.prefetch === true) await prefetchAll(tab, client)
  await settled(tab, site)

  site.origin.reset()
  await tab.reload()
  expect<unknown>(await runFromStore(tab, client), 'warm').toEqual(result)
  // A session asks what there is, unless the whole disk is stored.
  const asksAgain = requestsOf(site).filter((request) => request !== 'GET bytes=0-0')
  expect(asksAgain, 'asked when everything is stored').toEqual([])

  await site.close()
  expect<unknown>(await runFromStore(tab, client), 'offline').toEqual(result)
  return { result, asked }
}

/** Serves a client's files, libraries and pages: `plain.html`, and `cached.html` with the tag. */
export function openClientSite(
  { serve }: Stage,
  client: ClientPage & Pick<Client<unknown>, 'files'>,
  options: Partial<SiteOptions> = {},
): Promise<Site> {
  return serve({
    content: 'pages',
    extraDisks: new Map(Object.entries(client.files)),
    mounts: { '/modules/': 'node_modules' },
    pages: {
      '/plain.html': clientPage(client, { cached: false }),
      '/cached.html': clientPage(client, { cached: true }),
    },
    ...options,
  })
}

/** Every request for a file since the last `reset()`, as `GET bytes=0-0`. */
export function requestsOf({ origin }: Site): string[] {
  return origin.requests.map(({ method, range }) => `${method} ${range ?? 'whole'}`)
}

/** Waits until the origin has answered all that it was asked. */
export async function quiet({ origin }: Site): Promise<void> {
  await expect.poll(() => origin.counters.open).toBe(0)
}

/** Runs the scenario, and sees that the worker was asked, and had everything. */
async function runFromStore<Result>(tab: Page, { scenario }: Client<Result>): Promise<Result> {
  const before = await readStats(tab)
  const result = await tab.evaluate(scenario)
  const { hit, ...others } = (await readStats(tab)).requests
  const { hit: hitBefore, ...othersBefore } = before.requests
  expect(hit).toBeGreaterThan(hitBefore)
  expect(others).toEqual(othersBefore)
  return result
}

function readStats(tab: Page): Promise<CacheStats> {
  return tab.evaluate(async () => (await sectorcache.ready).stats())
}

async function prefetchAll(tab: Page, { files }: Client<unknown>): Promise<void> {
  const paths = Object.keys(files).map((name) => `/disks/${name}`)
  await tab.evaluate(async (urls) => {
    const cache = await sectorcache.ready
    for (const url of urls) await cache.disk(url).prefetch()
  }, paths)
}
