import { expect, pageWith, test } from '../support/e2e-test.ts'

const coi = { attributes: 'data-coi="on"' }

test('coi=on isolates a page of a host that sends no headers: one reload, and SharedArrayBuffer works', async ({
  tab,
  serve,
}) => {
  let loads = 0
  const site = await serve({
    content: 'pages',
    pages: { '/page.html': pageWith(coi) },
    handlers: [
      ({ url }, _response, next) => {
        if (url === '/page.html') loads++
        next()
      },
      ({ url }, response, next) => {
        if (url !== '/shared-worker.js') {
          next()
          return
        }
        const script =
          'onmessage = ({ data }) => { new Int32Array(data)[0] = 42; postMessage(crossOriginIsolated) }'
        response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script)
      },
    ],
  })
  await tab.goto(`${site.url}page.html`)
  await tab.waitForFunction(() => crossOriginIsolated)
  await tab.evaluate(() => sectorcache.ready)
  const shared = await tab.evaluate(
    () =>
      new Promise((resolve) => {
        const memory = new SharedArrayBuffer(4)
        const worker = new Worker('/shared-worker.js')
        worker.addEventListener('message', ({ data }) => resolve([data, new Int32Array(memory)[0]]))
        worker.postMessage(memory)
      }),
  )
  expect(shared).toEqual([true, 42])
  // The first, the one that is isolated; and the shell asks for what it has not seen.
  expect(loads).toBeLessThanOrEqual(3)
  expect(await tab.evaluate(() => sessionStorage.length)).toBe(0)
})

test('an isolated page reads disks of its own and of another origin', async ({ tab, serve }) => {
  const other = await serve({ content: 'pages', cors: true })
  const disks = `/disks/* ${other.url}disks/*`
  const site = await serve({
    content: 'pages',
    pages: { '/page.html': pageWith({ ...coi, disks }) },
  })
  await tab.goto(`${site.url}page.html`)
  await tab.waitForFunction(() => crossOriginIsolated)
  for (const base of [site.url, other.url]) {
    const seen = await tab.evaluate(async (url) => {
      const response = await fetch(url, { headers: { Range: 'bytes=0-511' } })
      return [response.status, (await response.arrayBuffer()).byteLength]
    }, `${base}disks/exerciser-8MiB.img`)
    expect(seen).toEqual([206, 512])
  }
})

test('where the server’s own headers forbid it, the page is not reloaded for ever, and told why', async ({
  tab,
  serve,
}) => {
  const site = await serve({
    content: 'pages',
    pages: { '/page.html': pageWith(coi) },
    headers: { '/page.html': { 'Cross-Origin-Opener-Policy': 'unsafe-none' } },
  })
  const told = tab.waitForEvent('console', {
    predicate: (message) => message.text().includes('not cross-origin isolated'),
  })
  await tab.goto(`${site.url}page.html`)
  await told
  expect(await tab.evaluate(() => crossOriginIsolated)).toBe(false)
  expect(await tab.evaluate(() => sectorcache.ready.then(() => 'goes on'))).toBe('goes on')
})

test('with the shell off, pages are isolated all the same', async ({ tab, serve }) => {
  const attributes = 'data-coi="on" data-shell="off"'
  const site = await serve({ content: 'pages', pages: { '/page.html': pageWith({ attributes }) } })
  await tab.goto(`${site.url}page.html`)
  await tab.waitForFunction(() => crossOriginIsolated)
})

test('an isolated page opens offline, isolated', async ({ tab, serve }) => {
  const site = await serve({ content: 'pages', pages: { '/page.html': pageWith(coi) } })
  await tab.goto(`${site.url}page.html`)
  await tab.waitForFunction(() => crossOriginIsolated)
  await expect
    .poll(() => tab.evaluate(async () => (await caches.match('/page.html'))?.ok))
    .toBe(true)
  await expect
    .poll(() => tab.evaluate(async () => (await caches.match('/sectorcache.js'))?.ok))
    .toBe(true)
  await site.close()
  await tab.reload()
  expect(await tab.evaluate(() => crossOriginIsolated)).toBe(true)
})
