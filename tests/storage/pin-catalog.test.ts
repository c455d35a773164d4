import { beforeEach, expect, test } from 'vitest'

import { createCatalogConnection } from '../../src/storage/catalog-connection.ts'
import { createPinCatalog } from '../../src/storage/pin-catalog.ts'
import { clearStorage } from './raw-storage.ts'
import { connect } from './test-store.ts'

beforeEach(clearStorage)

const url = 'https://example.test/a.img'

test('joins pins, and cuts holes into them', async () => {
  const pins = createPinCatalog(createCatalogConnection())
  await pins.add(url, [
    { start: 0, end: 100 },
    { start: 500, end: 600 },
  ])
  await pins.add(url, [{ start: 100, end: 200 }])
  await pins.remove(url, [
    { start: 50, end: 60 },
    { start: 550, end: 9000 },
  ])
  expect((await pins.list()).get(url)).toEqual([
    { start: 0, end: 50 },
    { start: 60, end: 200 },
    { start: 500, end: 550 },
  ])
})

test('a pin of everything holds whatever the length, and parts of it can be unpinned', async () => {
  const pins = createPinCatalog(createCatalogConnection())
  await pins.add(url, [{ start: 0, end: Number.MAX_SAFE_INTEGER }])
  await pins.remove(url, [{ start: 10, end: 20 }])
  expect((await pins.list()).get(url)).toEqual([
    { start: 0, end: 10 },
    { start: 20, end: Number.MAX_SAFE_INTEGER },
  ])
  await pins.remove(url, [{ start: 0, end: Number.MAX_SAFE_INTEGER }])
  expect([...(await pins.list())]).toEqual([])
})

test('pins and tags of a disk leave each other alone', async () => {
  const { catalog, generations } = connect('idb')
  const pins = createPinCatalog(catalog)
  await pins.add(url, [{ start: 0, end: 1 }])
  await generations.tag(url, ['boot'])
  await generations.touch(url)
  await pins.add(url, [{ start: 5, end: 6 }])
  expect(await generations.disks()).toMatchObject([
    {
      url,
      tags: ['boot'],
      pins: [
        { start: 0, end: 1 },
        { start: 5, end: 6 },
      ],
    },
  ])
})

test('a disk that has got pins by then is not forgotten by those who mind', async () => {
  const { catalog, generations } = connect('idb')
  const other = 'https://example.test/b.img'
  for (const disk of [url, other]) await generations.touch(disk)
  await createPinCatalog(catalog).add(url, [{ start: 0, end: 1 }])
  await generations.forgetDisks([url, other], ({ pins = [] }) => pins.length === 0)
  expect(await generations.disks()).toMatchObject([{ url }])
  await generations.forgetDisks([url])
  expect(await generations.disks()).toEqual([])
})
