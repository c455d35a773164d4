import { expectedCrc } from '../../src/demo/guests/exerciser-workload.ts'
import { expect, test } from '../support/e2e-test.ts'
import { stopWorkers } from '../support/profile.ts'
import { readRange } from '../support/read.ts'
import { expectKept } from '../support/shell.ts'
import { fetchedOnce } from '../support/fetched.ts'
import { settled } from '../support/settled.ts'

const checksum = `OK ${expectedCrc(131_072)}`

test('a page with nothing but the script tag and v86 boots cold, warm and offline', async ({
  tab,
  serve,
}) => {
  const site = await serve({ content: 'pages' })
  await tab.goto(`${site.url}emulator.html`)
  await expect(tab.locator('#serial')).toContainText(checksum)
  expect(site.diskRequests('exerciser.img').length).toBeGreaterThan(0)
  await settled(tab, site)

  await tab.reload()
  await expect(tab.locator('#serial')).toContainText(checksum)
  // What lies ahead of the reads may be fetched, but nothing a second time.
  fetchedOnce(site.diskRequests('exerciser.img'))

  await tab.evaluate(async () => (await sectorcache.ready).disk('/disks/exerciser.img').prefetch())
  await expectKept(tab, ['/emulator.html', '/sectorcache.js', '/libv86.js', '/v86.wasm'])
  await site.close()
  await stopWorkers(tab)
  await tab.reload()
  await expect(tab.locator('#serial')).toContainText(checksum)
})

test('reads that a page begins before its worker has taken over wait for it', async ({
  tab,
  serve,
}) => {
  const html = `<!doctype html><title>page</title>
    <script src="/sectorcache.js" data-disks="/disks/*"></script>
    <script>
      const headers = { Range: 'bytes=0-511' }
      const isNative = () => [fetch, XMLHttpRequest.prototype.open, XMLHttpRequest.prototype.send]
        .every((code) => String(code).includes('[native code]'))
      const byFetch = fetch('/disks/exerciser.img', { headers })
        .then((response) => response.headers.get('Content-Range') + response.headers.get('Cache-Status'))
      // What it passed may change as soon as fetch() has returned.
      headers.Range = 'bytes=4096-4099'
      const byXhr = new Promise((resolve) => {
        const request = new XMLHttpRequest()
        request.open('GET', '/disks/exerciser.img')
        request.setRequestHeader('Range', 'bytes=512-1023')
        request.addEventListener('load', () => resolve(request.getResponseHeader('Cache-Status')))
        request.send()
      })
      const other = fetch('/libv86.js').then((response) => response.headers.get('Cache-Status'))
      const seen = Promise.all([byFetch, byXhr, other, sectorcache.ready])
        .then(([first, second, third]) => [first, second, third, isNative()])
    </script>`
  const site = await serve({ content: 'pages', pages: { '/page.html': html } })
  await tab.goto(`${site.url}page.html`)
  expect(await tab.evaluate('seen')).toEqual([
    expect.stringMatching(/^bytes 0-511\/.*sectorcache/),
    expect.stringContaining('sectorcache'),
    null,
    true,
  ])
  expect(site.diskRequests('exerciser.img')).toEqual(['GET bytes=0-262143'])
})

test('a read that is aborted while it waits for the worker is never sent', async ({
  tab,
  serve,
}) => {
  const html = `<!doctype html><title>page</title>
    <script src="/sectorcache.js" data-disks="/disks/*"></script>
    <script>
      const heard = []
      const request = new XMLHttpRequest()
      request.open('GET', '/disks/exerciser.img')
      for (const type of ['load', 'error', 'abort', 'loadend']) {
        request.addEventListener(type, () => heard.push(type))
      }
      request.send()
      request.abort()
    </script>`
  const site = await serve({ content: 'pages', pages: { '/page.html': html } })
  await tab.goto(`${site.url}page.html`)
  await tab.evaluate(() => sectorcache.ready)
  await readRange(tab, '/disks/exerciser-8MiB.img', [0, 1])
  expect(await tab.evaluate('heard')).toEqual(['abort', 'loadend'])
  expect(site.diskRequests('exerciser.img')).toEqual([])
})

test('a HEAD of an unknown disk fetches one byte, and a failing one has no body', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  const head = (path: string): Promise<unknown> =>
    tab.evaluate(async (target) => {
      const response = await fetch(target, { method: 'HEAD' })
      const { status, headers } = response
      return [status, headers.get('content-length'), (await response.arrayBuffer()).byteLength]
    }, path)
  expect(await head('/disks/exerciser-8MiB.img')).toEqual([200, String(8 * 2 ** 20), 0])
  expect(site.diskRequests('exerciser-8MiB.img')).toEqual(['GET bytes=0-0'])
  expect(await head('/disks/missing.img')).toEqual([502, null, 0])
})
