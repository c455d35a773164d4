import { beforeEach, expect, test } from 'vitest'
import { toDiskKey } from '../../src/core/disk-key.ts'
import { openJobs } from '../../src/offline/jobs.ts'
import type { JobApi, OpenedJobs } from '../../src/offline/jobs.ts'
import type { DiskStatus } from '../../src/protocol/reports.ts'
import { clearStorage } from '../storage/raw-storage.ts'

beforeEach(clearStorage)

const disk = 'https://example.test/disks/a.img'

/** Jobs of a worker that knows keys, and never comes to fetching. */
function open(): OpenedJobs {
  const api: JobApi = {
    status: (url) => Promise.resolve({ url: toDiskKey(url) } as DiskStatus),
    bootFile: () => Promise.resolve(undefined),
    noteReads: () => Promise.resolve(),
    prefetchStep: () => new Promise(() => undefined),
  }
  return openJobs({ api, scope: 'https://example.test/', resolve: String })
}

test('a job asks for the URL that it was given, and names the disk that this is', async () => {
  const jobs = open()
  const added = await jobs.add(`${disk}?signature=1`)
  expect(added).toMatchObject({ url: `${disk}?signature=1`, key: disk })
  expect(await jobs.list()).toMatchObject([{ url: `${disk}?signature=1`, key: disk }])
  jobs.close()
})

test('a disk is fetched by one job, under the signature that came last', async () => {
  const jobs = open()
  const { id } = await jobs.add(`${disk}?signature=1`)
  await jobs.add(`${disk}?signature=2`)
  await jobs.add('https://example.test/disks/b.img')
  expect(await jobs.list()).toMatchObject([
    { id, url: `${disk}?signature=2` },
    { url: 'https://example.test/disks/b.img' },
  ])
  jobs.close()
})
