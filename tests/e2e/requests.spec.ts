import { createHash } from 'node:crypto'
import type { Page } from '@playwright/test'
import { withHeaders } from '../../src/demo/server/answer-plan.ts'
import { answerStatus } from '../../src/demo/server/faults.ts'
import { expect, test } from '../support/e2e-test.ts'
import { exerciserDigest, read, readRange } from '../support/read.ts'
import type { Handler } from '../support/site.ts'

const size = 2 ** 23
const part = [2 ** 20 + 7, 2 ** 20 + 4099] as const

/** What the page's `fetch()` of bytes 0 to 99 comes to. */
function outcomeOf(tab: Page, url: string, init: RequestInit = {}): Promise<string> {
  return tab.evaluate(
    async ([path, options]) => {
      try {
        const response = await fetch(path, { headers: { Range: 'bytes=0-99' }, ...options })
        return response.type === 'opaqueredirect' ? response.type : String(response.status)
      } catch {
        return 'network error'
      }
    },
    [url, init] as const,
  )
}

function storedBytes(tab: Page, url: string): Promise<number> {
  return tab.evaluate(
    async (path) => (await (await sectorcache.ready).disk(path).status()).storedBytes,
    url,
  )
}

/** `/disks/moved/x` has gone to `/disks/x`. */
const redirecting: Handler = (request, response, next) => {
  const name = /^\/disks\/moved\/(.+)$/.exec(request.url ?? '')?.[1]
  if (name === undefined) next()
  else response.writeHead(302, { Location: `/disks/${name}` }).end()
}

test('a redirect is followed, and the disk is kept under the URL that was asked for', async ({
  tab,
  visit,
}) => {
  const site = await visit({}, { handlers: [redirecting] })
  const url = '/disks/moved/exerciser-8MiB.img'
  const digest = await exerciserDigest(size / 512, part)
  expect((await readRange(tab, url, part)).digest).toBe(digest)
  await expect.poll(() => storedBytes(tab, url)).toBe(2 ** 20)
  await site.close()
  expect((await readRange(tab, url, part)).digest).toBe(digest)
})

test('a reader that forbids redirects gets an error, and one that wants to see them does', async ({
  tab,
  visit,
}) => {
  await visit({}, { handlers: [redirecting] })
  const url = '/disks/moved/exerciser-8MiB.img'
  expect(await outcomeOf(tab, url, { redirect: 'error' })).toBe('503')
  expect(await outcomeOf(tab, url, { redirect: 'manual' })).toBe('opaqueredirect')
  expect(await storedBytes(tab, url)).toBe(0)
})

/** Lets through only who has the cookie `key=1`. */
const guarded: Handler = (request, response, next) => {
  const isDisk = request.url?.startsWith('/disks/') === true
  if (isDisk && request.headers.cookie?.includes('key=1') !== true) response.writeHead(401).end()
  else next()
}

test('cookies go to the origin as the reader says', async ({ tab, visit }) => {
  await visit({}, { handlers: [guarded] })
  const url = '/disks/exerciser-8MiB.img'
  await tab.evaluate(() => (document.cookie = 'key=1'))
  expect(await outcomeOf(tab, url, { credentials: 'omit' })).toBe('502')
  expect(await outcomeOf(tab, url)).toBe('206')
})

/** Lets the site's pages read, with their cookies. */
function sharing(origin: () => string): Handler {
  return (request, response, next) => {
    response.setHeader('Access-Control-Allow-Origin', origin())
    response.setHeader('Access-Control-Allow-Credentials', 'true')
    response.setHeader('Access-Control-Expose-Headers', 'Content-Range, ETag')
    response.setHeader('Access-Control-Allow-Headers', 'Range, If-Range, Authorization')
    if (request.method === 'OPTIONS') response.writeHead(204).end()
    else next()
  }
}

test('a disk of another origin is stored where it allows that, with credentials too', async ({
  tab,
  visit,
  serve,
}) => {
  let reader = ''
  const other = await serve({ content: 'pages', handlers: [sharing(() => reader)] })
  reader = new URL((await visit({ disks: `${other.url}disks/*` })).url).origin
  const url = `${other.url}disks/exerciser-8MiB.img`
  expect(await outcomeOf(tab, url, { credentials: 'include' })).toBe('206')
  await expect.poll(() => storedBytes(tab, url)).toBe(2 ** 20)
  const init = { headers: { Range: 'bytes=2097152-2097252', Authorization: 'Bearer x' } }
  expect(await outcomeOf(tab, url, init)).toBe('206')
  expect(other.origin.requests.map(({ headers }) => headers.authorization)).toEqual([
    undefined,
    'Bearer x',
  ])
})

test('what another origin does not share is passed through as opaque, and not stored', async ({
  tab,
  visit,
  serve,
}) => {
  const other = await serve({ content: 'pages' })
  await visit({ disks: `${other.url}disks/*` })
  const url = `${other.url}disks/exerciser-8MiB.img`
  expect(await outcomeOf(tab, url, { mode: 'no-cors' })).toBe('0')
  expect(await outcomeOf(tab, url)).toBe('503')
  expect(await storedBytes(tab, url)).toBe(0)
})

test('parameters of key-params tell disks apart, whatever their order; others do not', async ({
  tab,
  visit,
}) => {
  const site = await visit({ attributes: 'data-key-params="v part"' })
  const ask = async (query: string): Promise<string | undefined> =>
    (await read(tab, `/disks/exerciser-8MiB.img?${query}`, { Range: 'bytes=0-9' })).headers[
      'cache-status'
    ]
  expect(await ask('v=1&part=a&signature=x')).toContain('fwd=miss')
  await expect.poll(() => ask('part=a&signature=y&v=1')).toBe('sectorcache; hit')
  expect(await ask('v=2&part=a')).toContain('fwd=miss')
  expect(site.origin.requests.map(({ url }) => url.replace(/^.*\?/, ''))).toEqual([
    'v=1&part=a&signature=x',
    'v=2&part=a',
  ])
})

test('a download by navigation is answered from the store', async ({ tab, visit }) => {
  const site = await visit()
  const name = 'exerciser-8MiB.img'
  await tab.evaluate(
    async (url) => (await sectorcache.ready).disk(url).prefetch(),
    `/disks/${name}`,
  )
  site.origin.reset()
  const download = tab.waitForEvent('download')
  await tab.evaluate((url) => {
    location.href = url
  }, `/disks/${name}`)
  const stream = await (await download).createReadStream()
  const hash = createHash('sha256')
  for await (const bytes of stream) hash.update(bytes as Buffer)
  expect(hash.digest('hex')).toBe(await exerciserDigest(size / 512, [0, size]))
  expect(site.diskRequests(name)).toEqual([])
})

for (const status of [404, 410, 416]) {
  test(`a disk that may not be stored: a ${status} for bytes that exist is a 502, on which v86 tries again`, async ({
    tab,
    visit,
  }) => {
    const site = await visit({}, { cacheControl: 'no-store' })
    const url = '/disks/exerciser-8MiB.img'
    expect((await readRange(tab, url, part)).status).toBe(206)
    // The browser's own cache would keep a 410 without that.
    const fault = site.origin.faults.add((...spoiled) =>
      withHeaders(answerStatus(status)(...spoiled), { 'Cache-Control': 'no-store' }),
    )
    expect((await readRange(tab, url, part)).status).toBe(502)
    expect((await read(tab, url)).status).toBe(status)
    fault.remove()
    expect((await readRange(tab, url, part)).status).toBe(206)
    expect((await readRange(tab, url, [size, size + 9])).status).toBe(416)
  })
}
