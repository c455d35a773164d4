import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, Page } from '@playwright/test'
import { DEMO_ASSETS } from '../../src/demo/server/demo-assets.ts'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import type { Shape } from '../../src/demo/server/shape.ts'
import { openSite } from '../support/site.ts'
import type { Site } from '../support/site.ts'
import { workerFolder } from './build-workbox-worker.ts'
import { checkBodies, diskPrefix } from './check-bodies.ts'
import { fillerOf, headOf } from './contenders.ts'
import type { Contender } from './contenders.ts'

/** One contender with an origin of its own, and a page of it. */
export interface Lane {
  readonly contender: Contender
  readonly site: Site
  readonly page: Page
  /** Makes the origin serve a disk. @returns its path */
  addDisk(name: string, source: DiskSource): string
  /**
   * Lets the page take times, and compares what it has read with what the disks have when that is done. In a long measurement
   * it is some of the reads.
   *
   * @throws {Error} for wrong bytes
   */
  measure<Call extends keyof BenchCalls>(
    call: Call,
    wanted: Parameters<BenchCalls[Call]>[0],
  ): Promise<BenchTaken<Call>>
  /** Lets the contender have all of a disk, in the way that is its own. */
  fill(url: string, size: number): Promise<void>
  /** Sets delay and rate of the origin. */
  setLink(link: Readonly<Shape>): void
  /** Loads the page of guests anew. */
  openGuestPage(): Promise<void>
  /** Resolves when the origin has nothing left to send. */
  whenIdle(): Promise<void>
  close(): Promise<void>
}

/** What lanes of one contender may differ in. */
export interface LaneOptions {
  /** Further attributes of the script tag, such as `data-chunk-size="4KiB"`. */
  readonly attributes?: string
}

/** Time without a new request after which the origin counts as idle: longer than the worker waits before it
 * completes a chunk. */
const quietMs = 400

/** An isolated page has timers of 5 us instead of 100. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** Opens a lane: a server on a port of its own, and a page whose requests go through the contender. */
export async function openLane(
  browser: BrowserContext,
  contender: Contender,
  { attributes }: LaneOptions = {},
): Promise<Lane> {
  const disks = new Map<string, DiskSource>()
  const head = `<!doctype html><meta charset="utf-8"><title>${contender}</title><script src="/bench/client.js"></script>${headOf(contender, attributes)}`
  const site = await openSite({
    content: 'pages',
    // What may be kept longest is the best case for the browser's own cache.
    cacheControl: 'public, max-age=86400, immutable',
    extraDisks: disks,
    mounts: { '/bench/': 'tests/bench/pages', ...workerMounts },
    pages: {
      '/lane.html': head,
      '/guest.html': `${head}<script src="/libv86.js"></script><script src="/bench/guest.js"></script>`,
    },
    headers: { '/lane.html': isolation },
    handlers: [serveFirmware, serveWorkers],
  })
  const page = await browser.newPage()
  const open = async (path: string): Promise<void> => {
    await page.goto(site.url + path)
    await page.evaluate('benchReady')
  }
  await open('lane.html')
  const measure: Lane['measure'] = (call, wanted) =>
    measureOn({ page, contender, disks }, call, wanted)
  return {
    contender,
    site,
    page,
    addDisk(name, source) {
      disks.set(name, source)
      return diskPrefix + name
    },
    measure,
    async fill(url, size) {
      await measure('fill', { kind: fillerOf(contender), url, size })
    },
    setLink: (link) => void Object.assign(site.origin.shape, link),
    openGuestPage: () => open('guest.html'),
    whenIdle: () => untilIdle(site),
    async close() {
      await clearStorage(page, site.url)
      await page.close()
      await site.close()
    },
  }
}

interface MeasuringPage {
  readonly page: Page
  readonly contender: Contender
  readonly disks: ReadonlyMap<string, DiskSource>
}

async function measureOn<Call extends keyof BenchCalls>(
  { page, contender, disks }: MeasuringPage,
  call: Call,
  wanted: Parameters<BenchCalls[Call]>[0],
): Promise<BenchTaken<Call>> {
  const taken = await page.evaluate(callClient, [call, wanted] as const)
  const bodies = await page.evaluate(() => benchClient.takeKept())
  // The floor answers for every disk with the same constant.
  if (contender !== 'floor') await checkBodies(bodies, disks)
  return taken as BenchTaken<Call>
}

/** Runs in the page. */
function callClient([call, wanted]: readonly [keyof BenchCalls, unknown]): Promise<unknown> {
  return (benchClient[call] as (wanted: unknown) => Promise<unknown>)(wanted)
}

async function untilIdle({ origin }: Site): Promise<void> {
  for (let seen = -1; origin.counters.open > 0 || seen !== origin.counters.requests;) {
    seen = origin.counters.requests
    await sleep(quietMs)
  }
}

/** Frees the disk, and ends the worker with its registration. */
async function clearStorage(page: Page, url: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const origin = new URL(url).origin
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' })
}

type Next = () => void

function serveFirmware(request: IncomingMessage, response: ServerResponse, next: Next): void {
  const asset = DEMO_ASSETS.find(({ fileName }) => request.url === `/${fileName}`)
  if (asset === undefined) next()
  else void asset.read().then((bytes) => response.end(bytes))
}

/** Workers lie at the root, for their scope. */
function serveWorkers(request: IncomingMessage, _: ServerResponse, next: Next): void {
  if (request.url === '/floor.js') request.url = '/bench-workers/floor.js'
  if (request.url === '/workbox.js') request.url = '/bench-built/workbox.js'
  next()
}

/** Where {@link serveWorkers} finds them. */
const workerMounts: Readonly<Record<string, string>> = {
  '/bench-workers/': 'tests/bench/workers',
  '/bench-built/': workerFolder,
}
