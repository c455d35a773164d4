import type { Page } from '@playwright/test'
import { expect } from '@playwright/test'
import { withHeaders } from '../../src/demo/server/answer-plan.ts'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import { stall } from '../../src/demo/server/faults.ts'
import type { FaultTransform } from '../../src/demo/server/faults.ts'
import type { RequestRecord } from '../../src/demo/server/request-log.ts'
import type { Site } from '../support/site.ts'
import { createRfcDisk } from './disk.ts'
import type { RfcDiskOptions } from './disk.ts'
import type { Expected, Row } from './row.ts'

/** A request, as a page makes it. */
export interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly cache?: RequestCache
  readonly mode?: RequestMode
  /** Appended to the disk's URL, such as `?token=1`. */
  readonly query?: string
  readonly body?: string
}

/** An answer, as a page sees it. */
export interface Seen {
  /** 0 for a network error. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Where a row is tried: a disk of its own, at an origin that it may change. */
export interface Bench {
  /** `cold`: nothing of the disk is known. `warm`: all of it is stored. */
  readonly state: 'cold' | 'warm'
  ask(ask?: Ask): Promise<Seen>
  expect(seen: Seen, expected: Expected): Promise<void>
  /** Changes what the origin serves from now on. */
  serve(disk: RfcDiskOptions): void
  /** Spoils the origin's answers from now on. */
  spoil(fault: FaultTransform): { remove(): void }
  /** Bytes of this disk that are stored. */
  storedBytes(): Promise<number>
  /** Lets the origin's answers wait. */
  hold(until: Promise<void>): { remove(): void }
  /** What the origin was asked for this disk since the row began. */
  asked(): readonly RequestRecord[]
  /** Opens another page, a client of its own. */
  another(): Promise<Pick<Bench, 'ask'> & { close(): Promise<void> }>
}

/** What {@link createBench} works with. */
export interface BenchPorts {
  readonly tab: Page
  readonly site: Site
  readonly disks: Map<string, DiskSource>
  /** Of the disk; new for each bench. */
  readonly name: string
}

/** Sets up the disk of a row, and brings the cache into the state. */
export async function createBench(
  { disk, origin }: Row,
  state: Bench['state'],
  { tab, site, disks, name }: BenchPorts,
): Promise<Bench> {
  const url = `/disks/${name}`
  const match = (requested: string): boolean => requested.startsWith(url)
  const spoil = (fault: FaultTransform): { remove(): void } =>
    site.origin.faults.add(fault, { match })
  disks.set(name, createRfcDisk(disk))
  if (origin !== undefined) spoil((plan) => withHeaders(plan, origin))
  if (state === 'warm') await prefetch(tab, url)
  const before = site.origin.requests.length
  return {
    state,
    ask: (ask = {}) => send(tab, url, ask),
    expect: (seen, expected) => expectAnswer(seen, expected, disks.get(name)),
    serve: (options) => void disks.set(name, createRfcDisk(options)),
    spoil,
    hold: (until) => spoil(stall({ afterBytes: 0, until })),
    storedBytes: () =>
      tab.evaluate(
        async (path) => (await (await sectorcache.ready).disk(path).status()).storedBytes,
        url,
      ),
    asked: () => site.origin.requests.slice(before).filter((request) => match(request.url)),
    async another() {
      const page = await tab.context().newPage()
      await page.goto(tab.url())
      await page.evaluate(() => sectorcache.ready)
      return { ask: (ask = {}) => send(page, url, ask), close: () => page.close() }
    },
  }
}

/** What cannot be stored is not, and the row has to do with that. */
function prefetch(tab: Page, url: string): Promise<void> {
  return tab.evaluate(async (path) => {
    const disk = (await sectorcache.ready).disk(path)
    await disk.prefetch().catch(() => undefined)
  }, url)
}

async function send(page: Page, url: string, { query = '', ...init }: Ask): Promise<Seen> {
  const seen = await page.evaluate(
    async ([path, options]) => {
      try {
        const response = await fetch(path, options)
        const bytes = new Uint8Array(await response.arrayBuffer())
        return {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''),
        }
      } catch {
        return { status: 0, headers: {}, body: '' }
      }
    },
    [url + query, init] as const,
  )
  return { ...seen, body: Buffer.from(seen.body, 'latin1') }
}

async function expectAnswer(
  seen: Seen,
  { status, body, headers = {} }: Expected,
  disk: DiskSource | undefined,
): Promise<void> {
  expect(seen.status, seen.body.subarray(0, 300).toString()).toBe(status)
  for (const [name, value] of Object.entries(headers)) {
    const actual = seen.headers[name.toLowerCase()]
    if (value === null) expect(actual, name).toBeUndefined()
    else if (typeof value === 'string') expect(actual, name).toBe(value)
    else expect(actual, name).toMatch(value)
  }
  if (body === undefined) return
  const bytes = body === 'none' ? new Uint8Array() : await disk?.read(...body)
  expect(seen.body.equals(Buffer.from(bytes ?? [])), 'the bytes').toBe(true)
}
