import { beforeEach, expect, test } from 'vitest'

import { exportDisk } from '../../src/archive/export-disk.ts'
import { clearStorage } from '../storage/raw-storage.ts'
import type { ExportProgress } from '../../src/core/export-progress.ts'
import { connect, found } from '../storage/test-store.ts'
import { allOfIt, exported, longDisk, store, url, workerApi } from './archive-bench.ts'

beforeEach(clearStorage)

test('a disk of which no version can be told is not exported: nobody could import it', async () => {
  await store({ identity: { validator: { kind: 'none' }, sizeBytes: 1024 }, headers: {} }, [0, 1])
  await expect(exported()).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('neither ETag nor Last-Modified'),
  })
})

test('a version that is given up meanwhile is not exported as if that were all of it', async () => {
  const { id } = await store(longDisk, allOfIt)
  const reader = exportDisk(workerApi(), url).getReader()
  await reader.read()
  await connect('idb').generations.remove(id)
  const readRest = async (): Promise<void> => {
    for (;;) if ((await reader.read()).done) return
  }
  await expect(readRest()).rejects.toMatchObject({ code: 'disk-changed' })
})

test('what nobody reads on is made no further', async () => {
  await store(longDisk, allOfIt)
  const reader = exportDisk(workerApi(), url).getReader()
  await reader.read()
  await reader.cancel('enough')
  // A promise that rejects unheard fails the run.
  expect((await exported()).size).toBeGreaterThan(longDisk.identity.sizeBytes)
})

test('an export ends with all bytes checked: not those that are all zero, but those that are damaged', async () => {
  const { generations, open } = connect('idb')
  const generation = await open(await generations.ensure(found({ ...longDisk, chunkSize: 512 })))
  const chunks = [1, 0, 2].map((value, index) => ({
    index: index + 4,
    bytes: new Uint8Array(512).fill(value),
  }))
  await generation.commit(chunks)
  await connect('idb').catalog.use('Spoiling a chunk', (db) =>
    db.put('chunks', new Blob(['?'.repeat(512)]), [generation.record.id, 6]),
  )
  const heard: ExportProgress[] = []
  const archive = exportDisk(workerApi(), url, { onProgress: (progress) => heard.push(progress) })
  await archive.pipeTo(new WritableStream())
  expect(heard.map(({ checkedBytes, totalBytes }) => [checkedBytes, totalBytes])).toEqual([
    [512, 1024],
    [1024, 1024],
  ])
})
