import { readFile } from 'node:fs/promises'

import { expect, pageWith, test } from '../support/e2e-test.ts'
import type { Fixtures } from '../support/e2e-test.ts'
import { files } from '../support/files.ts'
import { exerciserDigest, read, readRange } from '../support/read.ts'
import type { Site } from '../support/site.ts'

const disk = '/disks/exerciser-8MiB.img'
/** Not from its beginning, so that the answer is a 206. */
const bounds = [100, 8 * 2 ** 20] as const
const imported = 'importScripts("/sectorcache-sw.js?disks=/disks/*")'

/** In a worker: answers `/hello`. */
const answerHello = `
  addEventListener('fetch', (event) => {
    if (new URL(event.request.url).pathname === '/hello') {
      event.respondWith(new Response('hello from one’s own'))
    }
  })
`

/** In a worker: keeps a copy of each answer of a disk, and gives the last one out where `/copy` is asked for. */
const keepCopy = `
  let copy
  addEventListener('fetch', (event) => {
    const { pathname } = new URL(event.request.url)
    if (pathname === '/copy') event.respondWith(new Response(copy.body))
    if (!pathname.startsWith('/disks/')) return
    const respondWith = event.respondWith.bind(event)
    event.respondWith = (answer) =>
      respondWith(
        Promise.resolve(answer).then((response) => {
          copy = response.clone()
          return response
        }),
      )
  })
`

/** In a worker: tells where `/given` is asked for how many parts the last answer of a disk had, and how many have been freed. */
const seeParts = `
  let given = []
  addEventListener('fetch', (event) => {
    const { pathname } = new URL(event.request.url)
    if (pathname === '/given') {
      const freed = given.filter(({ byteLength }) => byteLength === 0).length
      event.respondWith(Response.json({ parts: given.length, freed }))
    }
    if (!pathname.startsWith('/disks/')) return
    const respondWith = event.respondWith.bind(event)
    event.respondWith = (answer) =>
      respondWith(
        Promise.resolve(answer).then((response) => {
          given = []
          const transform = (bytes, controller) => {
            given.push(bytes)
            controller.enqueue(bytes.slice())
          }
          return new Response(response.body.pipeThrough(new TransformStream({ transform })), response)
        }),
      )
  })
`

/** What `/given` tells. */
interface Seen {
  readonly parts: number
  readonly freed: number
}

/** Opens a page whose worker is this script. */
function visitWith(visit: Fixtures['visit'], path: string, body: string): Promise<Site> {
  return visit({ attributes: `data-sw="${path}"` }, { handlers: [files({ [path]: { body } })] })
}

function readDropIn(): Promise<string> {
  return readFile('dist/sectorcache-sw.js', 'utf8')
}

test('what is not for a disk stays with the worker of one’s own that imports ours', async ({
  tab,
  visit,
}) => {
  await visitWith(visit, '/own.js', answerHello + imported)
  const seen = await readRange(tab, disk, bounds)
  expect(seen.headers['cache-status']).toContain('sectorcache')
  expect((await read(tab, '/hello')).text).toBe('hello from one’s own')
})

test('brackets in the query of an import do not hide what is wrong with it', async ({
  tab,
  serve,
}) => {
  const site = await serve({
    content: 'pages',
    pages: { '/page.html': pageWith({ attributes: 'data-sw="/own.js"' }) },
    handlers: [
      files({
        '/own.js': { body: 'importScripts("/sectorcache-sw.js?disks=/disks/(a|b).img")' },
      }),
    ],
  })
  await tab.goto(`${site.url}page.html`)
  await expect(tab.evaluate(() => sectorcache.ready)).rejects.toThrow(
    /"\/disks\/\(a\|b\)\.img" in "disks" has a regular-expression group/,
  )
})

test('a copy that a worker of one’s own makes of an answer is whole, and may be read late', async ({
  tab,
  visit,
}) => {
  await visitWith(visit, '/own.js', keepCopy + imported)
  const wanted = await exerciserDigest(8 * 2048, bounds)
  expect((await readRange(tab, disk, bounds)).digest).toBe(wanted)
  expect((await read(tab, '/copy')).digest).toBe(wanted)
})

const workers = [
  { whose: 'the drop-in worker', path: '/sectorcache-sw.js', rest: readDropIn, isFreed: true },
  { whose: 'a worker of one’s own', path: '/own.js', rest: async () => imported, isFreed: false },
]

for (const { whose, path, rest, isFreed } of workers) {
  test(`${whose} ${isFreed ? 'frees' : 'leaves'} the bytes that respondWith() has read`, async ({
    tab,
    visit,
  }) => {
    await visitWith(visit, path, seeParts + (await rest()))
    const wanted = await exerciserDigest(8 * 2048, bounds)
    expect((await readRange(tab, disk, bounds)).digest).toBe(wanted)
    const { parts, freed } = JSON.parse((await read(tab, '/given')).text) as Seen
    expect(parts).toBeGreaterThan(1)
    expect(freed).toBe(isFreed ? parts : 0)
  })
}
