import { EventEmitter, once } from 'node:events'
import type { Page } from '@playwright/test'
import { expect, pageWith, test } from '../support/e2e-test.ts'
import { files } from '../support/files.ts'
import { stopWorkers } from '../support/profile.ts'
import { expectKept, keptFiles } from '../support/shell.ts'
import type { Handler } from '../support/site.ts'

const html = `<!doctype html><title>page</title>
  <script src="/sectorcache.js" data-disks="/disks/*"></script>
  <script src="/app.js"></script>`

function fetchText(tab: Page, path: string): Promise<string> {
  return tab.evaluate(async (url) => {
    const response = await fetch(url)
    return `${response.status} ${await response.text()}`
  }, path)
}

test('a page opens offline with all that it loads, before and after the worker came', async ({
  tab,
  serve,
}) => {
  const site = await serve({
    content: 'pages',
    pages: { '/page.html': html },
    handlers: [files({ '/app.js': { body: 'var app = 1' }, '/late.js': { body: 'late' } })],
  })
  await tab.goto(`${site.url}page.html?user=1#part`)
  await tab.evaluate(() => sectorcache.ready)
  expect(await fetchText(tab, '/late.js')).toBe('200 late')
  await expectKept(tab, ['/page.html', '/app.js', '/late.js', '/sectorcache.js'])
  await site.close()
  await tab.reload()
  expect(await tab.evaluate('app')).toBe(1)
  expect(await fetchText(tab, '/late.js')).toBe('200 late')
  // With another query, and after the worker was stopped.
  await stopWorkers(tab)
  await tab.goto(`${site.url}page.html?user=2`)
  expect(await tab.evaluate('app')).toBe(1)
})

test('with a network the newest file is used, and kept', async ({ tab, serve }) => {
  const contents = { '/app.js': { body: 'var app = 1' } }
  const options = {
    content: 'pages',
    pages: { '/page.html': html },
    handlers: [files(contents)],
  } as const
  const site = await serve(options)
  await tab.goto(`${site.url}page.html`)
  await expectKept(tab, ['/app.js'])
  contents['/app.js'].body = 'var app = 2'
  await tab.reload()
  expect(await tab.evaluate('app')).toBe(2)
  await expect
    .poll(() => tab.evaluate(async () => (await caches.match('/app.js'))?.text()))
    .toBe('var app = 2')
  await site.close()
  await tab.reload()
  expect(await tab.evaluate('app')).toBe(2)
})

test('a page whose server has stopped to answer opens with what is kept', async ({
  tab,
  serve,
}) => {
  let isStalled = false
  const site = await serve({
    content: 'pages',
    pages: { '/page.html': html },
    handlers: [
      (_request, _response, next) => {
        if (!isStalled) next()
      },
      files({ '/app.js': { body: 'var app = 1' } }),
    ],
  })
  await tab.goto(`${site.url}page.html`)
  await expectKept(tab, ['/page.html', '/app.js', '/sectorcache.js'])
  isStalled = true
  await tab.reload()
  expect(await tab.evaluate('app')).toBe(1)
})

test('data is not answered out of what was kept while there is a network, and forgotten when it is written', async ({
  tab,
  serve,
}) => {
  const contents = { '/app.js': { body: '' }, '/later.js': { body: '' }, '/save': { body: 'one' } }
  let held: (() => void) | undefined
  let isHeld = false
  const site = await serve({
    content: 'pages',
    pages: { '/page.html': html },
    handlers: [
      ({ url, method }, _response, next) => {
        if (isHeld && url === '/save' && method === 'GET') held = next
        else if (!isHeld || url !== '/app.js') next()
      },
      files(contents),
    ],
  })
  await tab.goto(`${site.url}page.html`)
  await tab.evaluate(() => sectorcache.ready)
  expect(await fetchText(tab, '/save')).toBe('200 one')
  await expectKept(tab, ['/save', '/app.js'])
  contents['/save'].body = 'two'
  isHeld = true
  const reading = fetchText(tab, '/save')
  await expect.poll(() => held).toBeDefined()
  // When a part of the page is answered so, the network has been slow for long enough.
  await tab.addScriptTag({ url: '/app.js' })
  held?.()
  expect(await reading).toBe('200 two')
  // What is being read while it is written may be older.
  held = undefined
  const late = fetchText(tab, '/save')
  await expect.poll(() => held).toBeDefined()
  await tab.evaluate(() => fetch('/save', { method: 'PUT', body: 'three' }))
  await expect.poll(() => keptFiles(tab)).not.toContain('/save')
  ;(held as (() => void) | undefined)?.()
  expect(await late).toBe('200 two')
  await fetchText(tab, '/later.js')
  await expectKept(tab, ['/later.js'])
  expect(await keptFiles(tab)).not.toContain('/save')
})

test('what is private, missing or of a page without the tag is not kept', async ({
  tab,
  serve,
}) => {
  const noStore = { 'Cache-Control': 'no-store' }
  const site = await serve({
    content: 'pages',
    pages: { '/page.html': html, '/other.html': '<!doctype html><title>other</title>' },
    handlers: [
      files({
        '/app.js': { body: '' },
        '/secret.js': { body: '', headers: { 'Cache-Control': 'private' } },
        '/no-store.js': { body: '', headers: noStore },
        '/of-other.js': { body: '' },
        '/last.js': { body: '' },
      }),
    ],
  })
  await tab.goto(`${site.url}page.html`)
  await tab.evaluate(() => sectorcache.ready)
  for (const path of ['/secret.js', '/no-store.js', '/none.js']) await fetchText(tab, path)
  await fetchText(tab, '/last.js')
  await expectKept(tab, ['/last.js', '/app.js'])
  await tab.goto(`${site.url}other.html`)
  await fetchText(tab, '/of-other.js')
  await tab.goto(`${site.url}page.html`)
  await fetchText(tab, '/app.js')
  expect((await keptFiles(tab)).sort()).toEqual([
    '/app.js',
    '/last.js',
    '/page.html',
    '/sectorcache.js',
  ])
})

test('disks are not kept a second time, and clear() forgets pages too', async ({ tab, visit }) => {
  await visit()
  await expectKept(tab, ['/page.html'])
  await tab.evaluate(() => fetch('/disks/exerciser-8MiB.img').then((response) => response.blob()))
  expect(await keptFiles(tab)).not.toContain('/disks/exerciser-8MiB.img')
  await tab.evaluate(async () => (await sectorcache.ready).clear())
  expect(await keptFiles(tab)).toEqual([])
})

test('what was asked for before clear() is not kept when it comes after it', async ({
  tab,
  serve,
}) => {
  const held = new EventEmitter()
  const slow: Handler = (request, response, next) => {
    if (request.url !== '/slow.js') {
      next()
      return
    }
    held.once('end', () => response.setHeader('Content-Type', 'text/javascript').end('old user'))
    held.emit('begun')
  }
  const handlers = [slow, files({ '/app.js': { body: '' }, '/late.js': { body: 'late' } })]
  const site = await serve({ content: 'pages', pages: { '/page.html': html }, handlers })
  await tab.goto(`${site.url}page.html`)
  await tab.evaluate(() => sectorcache.ready)
  await expectKept(tab, ['/page.html'])
  const begun = once(held, 'begun')
  const reading = fetchText(tab, '/slow.js')
  await begun
  await tab.evaluate(async () => (await sectorcache.ready).clear())
  held.emit('end')
  expect(await reading).toBe('200 old user')
  await fetchText(tab, '/late.js')
  await expectKept(tab, ['/late.js'])
  expect(await keptFiles(tab)).toEqual(['/late.js'])
})

test('shell=off keeps no page', async ({ tab, visit }) => {
  const site = await visit({ attributes: 'data-shell="off"' })
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
  await tab.evaluate(async () => (await sectorcache.ready).disks())
  expect(await keptFiles(tab)).toEqual([])
  await site.close()
  await expect(tab.reload()).rejects.toThrow(/ERR_CONNECTION_REFUSED/)
})

test('in a worker of one’s own that imports ours, pages are left alone', async ({ tab, serve }) => {
  const site = await serve({
    content: 'pages',
    pages: { '/page.html': pageWith({ attributes: 'data-sw="/own.js"' }) },
    handlers: [
      files({ '/own.js': { body: 'importScripts("/sectorcache-sw.js?disks=/disks/*")' } }),
    ],
  })
  await tab.goto(`${site.url}page.html`)
  await tab.evaluate(() => sectorcache.ready)
  await tab.evaluate(async () => (await sectorcache.ready).disks())
  await tab.reload()
  await tab.evaluate(async () => (await sectorcache.ready).disks())
  expect(await keptFiles(tab)).toEqual([])
})
