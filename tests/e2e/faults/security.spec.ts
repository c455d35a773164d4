import type { Page } from '@playwright/test'

import { faultDisk, faultSource } from '../../faults/fault-disk.ts'
import { expect, pageWith, test } from '../../support/e2e-test.ts'
import { read, readRange } from '../../support/read.ts'
import type { Handler } from '../../support/site.ts'
import { stopWorkers } from '../../support/profile.ts'
import { countRecords, makeTombstonesDue } from '../../support/storage.ts'

const { url, name } = faultDisk

const part = [0, 4096] as const

const disks = new Map([[name, faultSource(1)]])

async function expectStored(tab: Page): Promise<void> {
  await readRange(tab, url, part)
  await expect.poll(async () => (await countRecords(tab)).chunks).toBeGreaterThan(0)
}

function storedBytes(tab: Page): Promise<number> {
  return tab.evaluate(
    async (disk) => (await (await sectorcache.ready).disk(disk).status()).storedBytes,
    url,
  )
}

/** All names in OPFS, with their folders. */
function listFiles(tab: Page): Promise<string[]> {
  return tab.evaluate(async () => {
    const folders: [string, FileSystemDirectoryHandle][] = [
      ['', await navigator.storage.getDirectory()],
    ]
    const paths: string[] = []
    for (const [path, folder] of folders) {
      for await (const entry of folder.values()) {
        if (entry.kind === 'file') paths.push(`${path}${entry.name}`)
        else folders.push([`${path}${entry.name}/`, entry as FileSystemDirectoryHandle])
      }
    }
    return paths
  })
}

test('a frame of another origin is neither served out of the store nor heard', async ({
  tab,
  visit,
  serve,
}) => {
  const site = await visit({}, { extraDisks: disks, cors: true })
  await expectStored(tab)
  const stranger = await serve({
    content: 'pages',
    pages: { '/frame.html': '<!doctype html><title>stranger</title>' },
  })
  await tab.evaluate(
    async (src) => {
      const frame = document.createElement('iframe')
      frame.src = src
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve))
      document.body.append(frame)
      await loaded
    },
    `${stranger.url.replace('localhost', '127.0.0.1')}frame.html`,
  )
  const frame = tab.frames().find((known) => known.url().includes('frame.html'))
  const seen = await frame?.evaluate(async (disk) => {
    const call = { sectorcache: 1, kind: 'call', call: 'x', payload: { type: 'APPLY', id: 'x' } }
    parent.postMessage(call, '*')
    for (const channel of ['sectorcache-catalog', 'sectorcache']) {
      new BroadcastChannel(channel).postMessage(disk)
    }
    const registrations = await navigator.serviceWorker.getRegistrations().catch(() => [])
    const response = await fetch(disk, { headers: { Range: 'bytes=0-99' } })
    return [registrations.length, response.status, response.headers.get('cache-status')]
  }, `${site.url}disks/${name}`)
  expect(seen).toEqual([0, 206, null])
  expect((await readRange(tab, url, part)).headers['cache-status']).toContain('hit')
})

test('a page outside the scope is neither served nor heard', async ({ tab, profile, serve }) => {
  const site = await serve({
    content: 'pages',
    extraDisks: disks,
    mounts: { '/scoped/': 'dist' },
    pages: {
      '/scoped/page.html': pageWith({ attributes: 'data-sw="/scoped/sectorcache-sw.js"' }),
      '/outside.html': '<!doctype html><title>outside</title>',
    },
  })
  await tab.goto(`${site.url}scoped/page.html`)
  await tab.evaluate(() => sectorcache.ready)
  await expectStored(tab)
  const outside = await (await profile.open()).newPage()
  await outside.goto(`${site.url}outside.html`)
  const seen = await outside.evaluate(async (disk) => {
    const worker = (await navigator.serviceWorker.getRegistration('/scoped/'))?.active
    const payload = { id: 'x', type: 'APPLY', path: ['clear'], argumentList: [] }
    worker?.postMessage({ sectorcache: 1, kind: 'call', call: 'x', payload })
    const { headers } = await fetch(disk, { headers: { Range: 'bytes=0-99' } })
    return [worker?.state, headers.get('cache-status')]
  }, url)
  expect(seen).toEqual(['activated', null])
  // Messages are heard in their order: when this call is answered, that one has been.
  for (let call = 0; call < 3; call++) {
    expect(await storedBytes(tab)).toBeGreaterThan(0)
  }
})

test('what the origin marks private is not stored, unless the site says so', async ({
  tab,
  visit,
}) => {
  const options = { extraDisks: disks, cacheControl: 'private' }
  await visit({}, options)
  expect((await readRange(tab, url, part)).status).toBe(206)
  expect(await countRecords(tab)).toMatchObject({ chunks: 0, pages: 0 })
  await visit({ attributes: 'data-private="on"' }, options)
  await expectStored(tab)
})

test('clear() leaves nothing to read, neither in storage nor in memory', async ({ tab, visit }) => {
  const site = await visit({}, { extraDisks: disks })
  await expectStored(tab)
  await readRange(tab, url, part)
  await tab.evaluate(async () => (await sectorcache.ready).clear())
  expect(await countRecords(tab)).toMatchObject({ generations: 0, pages: 0 })
  await makeTombstonesDue(tab)
  await stopWorkers(tab)
  site.origin.reset()
  const seen = await readRange(tab, url, part)
  expect(seen.headers['cache-status']).toContain('fwd=miss')
  await expect.poll(async () => (await countRecords(tab)).tombstones).toBe(0)
})

test('a read right after clear() asks the origin: nothing is answered out of memory', async ({
  tab,
  visit,
}) => {
  const site = await visit({}, { extraDisks: disks })
  await expectStored(tab)
  await readRange(tab, url, part)
  await tab.evaluate(async () => (await sectorcache.ready).clear())
  site.origin.reset()
  expect((await readRange(tab, url, part)).headers['cache-status']).toContain('fwd=miss')
  expect(site.diskRequests(name).length).toBeGreaterThan(0)
})

test('Clear-Site-Data leaves nothing to read', async ({ tab, visit }) => {
  const clear: Handler = (request, response, next) => {
    if (request.url !== '/clear') next()
    else response.setHeader('Clear-Site-Data', '"storage"').end('cleared')
  }
  const site = await visit({}, { extraDisks: disks, handlers: [clear] })
  await expectStored(tab)
  await tab.evaluate(async () => (await fetch('/clear')).text())
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
  expect(await storedBytes(tab)).toBe(0)
  site.origin.reset()
  expect((await readRange(tab, url, part)).headers['cache-status']).toContain('fwd=miss')
})

test('hostile names and types get into no header, and into no file name', async ({
  tab,
  visit,
}) => {
  const names = ['../../x', 'a\r\nX-Injected: 1', 'a"><script>', '\0', '.. ', 'é'.repeat(200)]
  const source = faultSource(2)
  const hostile = new Map(
    names.map((text) => [text, { ...source, contentType: 'application/x-disk; a="<script>"' }]),
  )
  await visit({ attributes: 'data-store="opfs"' }, { extraDisks: hostile })
  for (const text of names) {
    const path = `/disks/${encodeURIComponent(text)}`
    for (const range of ['bytes=0-99', 'bytes=0-9,4096-4100']) {
      const { headers, status } = await read(tab, path, { Range: range })
      expect(Object.keys(headers)).not.toContain('x-injected')
      expect(headers['cache-status']).toMatch(/^sectorcache; (hit|fwd=[a-z]+)/)
      expect([206, 502, 503, 404]).toContain(status)
    }
  }
  await expect.poll(async () => (await listFiles(tab)).length).toBeGreaterThan(0)
  for (const path of await listFiles(tab)) {
    expect(path).toMatch(
      /^sectorcache\/([0-9a-f-]{36}\/[0-9a-z]+\/\d+|probe-[0-9a-f-]+)(\.crswap)?$/,
    )
  }
})

test('a cross-origin isolated page may read disks, and their policy is kept', async ({
  tab,
  visit,
}) => {
  const isolation = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  }
  await visit(
    {},
    {
      extraDisks: disks,
      headers: {
        '/page.html': isolation,
        [url]: { 'Cross-Origin-Resource-Policy': 'same-origin' },
      },
    },
  )
  expect(await tab.evaluate(() => crossOriginIsolated)).toBe(true)
  for (const outcome of ['fwd=miss', 'hit']) {
    const { headers, status } = await readRange(tab, url, part)
    expect(status).toBe(206)
    expect(headers['cache-status']).toContain(outcome)
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
    await expectStored(tab)
  }
})
