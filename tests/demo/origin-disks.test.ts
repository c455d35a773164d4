import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { readExerciserRange } from '../../src/demo/guests/exerciser-disk.ts'
import { expectedCrc, pickFlippableByte } from '../../src/demo/guests/exerciser-workload.ts'
import type { DiskListing } from '../../src/demo/server/disk-catalog.ts'
import { serveOrigin, type ServedOrigin } from './serve-origin.ts'

let parent: string
let folder: string
let served: ServedOrigin

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'origin-'))
  folder = join(parent, 'disks')
  await mkdir(join(folder, 'parts'), { recursive: true })
  await writeFile(join(parent, 'secret.img'), 'secret')
  await writeFile(join(folder, 'linux.img'), 'L'.repeat(1024))
  await writeFile(join(folder, 'b c.img'), 'B')
  await writeFile(join(folder, 'README.md'), 'text')
  await writeFile(join(folder, '.hidden.img'), 'hidden')
  await writeFile(join(folder, 'parts', '0.img'), 'part')
  await symlink(join(parent, 'secret.img'), join(folder, 'outside.img'))
  await symlink(join(folder, 'b c.img'), join(folder, 'inside.img'))
  served = await serveOrigin({ folder, cors: true })
})
afterAll(async () => {
  await served.close()
  await rm(parent, { recursive: true })
})

/** Sends a path as it is; `fetch` would resolve its dots. */
function statusOf(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: served.port, path }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })
}

test('the list has the exerciser first, then Linux, then the other disks of the folder', async () => {
  const response = await fetch(`${served.url}/disks/`)
  const { disks } = (await response.json()) as { disks: DiskListing[] }
  expect(disks).toEqual([
    {
      name: 'exerciser.img',
      url: '/disks/exerciser.img',
      size: 67108864,
      kind: 'exerciser',
      expect: `OK ${expectedCrc(131072)}`,
      bios: 'minibios',
    },
    {
      name: 'linux.img',
      url: '/disks/linux.img',
      size: 1024,
      kind: 'linux',
      expect: 'READY 1ce32b46 files=603',
      bios: 'seabios',
    },
    { name: 'b c.img', url: '/disks/b%20c.img', size: 1, kind: 'image', bios: 'seabios' },
    { name: 'inside.img', url: '/disks/inside.img', size: 1, kind: 'image', bios: 'seabios' },
  ])
})

test.each([
  ['exerciser-8MiB.img', 2 ** 23],
  ['exerciser-3GiB.img', 3 * 2 ** 30],
  ['exerciser-2TiB.img', 2 ** 41],
])('%s is computed, to its last byte', async (name, size) => {
  const headers = { Range: 'bytes=-700' }
  const response = await fetch(`${served.url}/disks/${name}`, { headers })
  expect(response.headers.get('Content-Range')).toBe(`bytes ${size - 700}-${size - 1}/${size}`)
  const expected = readExerciserRange(size / 512, size - 700, size)
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(expected)
})

test('a flipped disk is another generation, with one wrong byte', async () => {
  const offset = pickFlippableByte(16384)
  const headers = { Range: `bytes=${offset}-${offset}` }
  const [plain, flipped] = await Promise.all([
    fetch(`${served.url}/disks/exerciser-8MiB.img`, { headers }),
    fetch(`${served.url}/disks/exerciser-8MiB-flipped.img`, { headers }),
  ])
  expect(flipped.headers.get('ETag')).not.toBe(plain.headers.get('ETag'))
  const [good] = new Uint8Array(await plain.arrayBuffer())
  const [bad] = new Uint8Array(await flipped.arrayBuffer())
  expect(bad).toBe((good ?? 0) ^ 1)
})

test('a file that is written again gets another entity tag', async () => {
  const url = `${served.url}/disks/b%20c.img`
  const before = await fetch(url)
  expect(await before.text()).toBe('B')
  await writeFile(join(folder, 'b c.img'), 'C')
  const after = await fetch(url)
  expect(await after.text()).toBe('C')
  expect(after.headers.get('ETag')).toMatch(/^"[^"]+"$/)
  expect(after.headers.get('ETag')).not.toBe(before.headers.get('ETag'))
})

test('files of inner folders, and links that stay inside, are served', async () => {
  expect(await statusOf('/disks/parts/0.img')).toBe(200)
  expect(await statusOf('/disks/inside.img?query=1')).toBe(200)
})

test.each([
  '/disks/../secret.img',
  '/disks/%2e%2e/secret.img',
  '/disks/..%2fsecret.img',
  '/disks/parts/../../secret.img',
  '/disks/..%5csecret.img',
  '/disks//secret.img',
  '/disks/linux.img%00',
  '/disks/%zz',
  '/disks/.hidden.img',
  '/disks/outside.img',
  '/disks/parts',
  '/disks/nothing.img',
  '/disks/exerciser-1MiB.img',
  '/disks/exerciser-99999999TiB.img',
])('%s is not found', async (path) => {
  expect(await statusOf(path)).toBe(404)
})

test('paths outside of the prefix are passed on', async () => {
  const response = await fetch(`${served.url}/index.html`)
  expect(await response.text()).toBe('passed on')
})

test('a preflight allows ranges and conditions, and answers expose what the reader needs', async () => {
  const url = `${served.url}/disks/exerciser.img`
  const preflight = await fetch(url, { method: 'OPTIONS' })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain('Range, If-Range')
  const { headers } = await fetch(url, { method: 'HEAD' })
  expect(headers.get('Access-Control-Allow-Origin')).toBe('*')
  expect(headers.get('Access-Control-Expose-Headers')).toMatch(/Content-Range.*ETag/)
})

test('other methods are refused', async () => {
  const response = await fetch(`${served.url}/disks/exerciser.img`, { method: 'PUT', body: 'x' })
  expect(response.status).toBe(405)
  expect(response.headers.get('Allow')).toBe('GET, HEAD, OPTIONS')
})
