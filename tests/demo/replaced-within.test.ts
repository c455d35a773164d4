import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { readExerciserRange } from '../../src/demo/guests/exerciser-disk.ts'
import { invertedDisk, replacedWithin } from '../../src/demo/server/replaced-within.ts'
import { findExerciserSource } from '../../src/demo/server/exerciser-source.ts'
import { serveOrigin, type ServedOrigin } from './serve-origin.ts'

const PATH = '/disks/exerciser-8MiB.img'
const OLD = readExerciserRange(16384, 512, 4096)
const NEW = OLD.map((byte) => byte ^ 0xff)

let served: ServedOrigin
beforeAll(async () => {
  served = await serveOrigin()
})
afterEach(() => served.origin.reset())
afterAll(() => served.close())

function readRange(range = 'bytes=512-4095'): Promise<Response> {
  return fetch(served.url + PATH, { headers: { Range: range } })
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer())
}

async function expectReplaced(oldEtag: string | null): Promise<void> {
  const after = await readRange()
  expect(after.headers.get('ETag')).not.toBe(oldEtag)
  expect(await bytesOf(after)).toEqual(NEW)
}

test('the old content goes on, and is replaced for all that ask later', async () => {
  served.origin.faults.add(replacedWithin({ form: 'goes-on' }))
  const response = await readRange()
  expect(await bytesOf(response)).toEqual(OLD)
  await expectReplaced(response.headers.get('ETag'))
})

test('the connection breaks when the content is replaced', async () => {
  served.origin.faults.add(replacedWithin({ form: 'breaks', afterBytes: 700 }))
  const response = await readRange()
  await expect(response.arrayBuffer()).rejects.toThrow()
  expect(served.origin.requests.at(0)?.bytesSent).toBe(700)
  await expectReplaced(response.headers.get('ETag'))
})

test('the new content follows under the old headers', async () => {
  served.origin.faults.add(replacedWithin({ form: 'in-place', afterBytes: 700 }))
  const response = await readRange()
  const bytes = await bytesOf(response)
  expect(bytes.slice(0, 700)).toEqual(OLD.slice(0, 700))
  expect(bytes.slice(700)).toEqual(NEW.slice(700))
  await expectReplaced(response.headers.get('ETag'))
})

test('it happens within the answer that was picked, if that is long enough', async () => {
  const within = (range: string | undefined): boolean => range === 'bytes=512-4095'
  const fault = served.origin.faults.add(replacedWithin({ form: 'in-place', within }))
  expect(await bytesOf(await readRange('bytes=0-4095'))).toHaveLength(4096)
  expect(fault.hits).toBe(0)
  await bytesOf(await readRange())
  const other = await bytesOf(await readRange('bytes=0-511'))
  expect(other).toEqual(readExerciserRange(16384, 0, 512).map((byte) => byte ^ 0xff))
})

test('an inverted disk is another version', async () => {
  const source = findExerciserSource('exerciser-8MiB.img')
  if (source === undefined) throw new Error('there is no such disk')
  const inverted = invertedDisk(source)
  expect(inverted.etag).not.toBe(source.etag)
  expect(inverted.lastModified).not.toEqual(source.lastModified)
  expect(await inverted.read(512, 4096)).toEqual(NEW)
})
