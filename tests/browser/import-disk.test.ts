import { packTar } from 'modern-tar'
import { beforeEach, expect, test, vi } from 'vitest'

import { importDisk } from '../../src/archive/import-disk.ts'
import { archiveEntries, archiveSchema } from '../../src/core/archive-format.ts'
import { bootProfileSchema } from '../../src/core/boot-profile.ts'
import type { BootProfile } from '../../src/core/boot-profile.ts'
import { DiskCacheError } from '../../src/core/errors.ts'
import type { ImportProgress } from '../../src/core/import-report.ts'
import { createBootCatalog } from '../../src/storage/boot-catalog.ts'
import { createGenerationCatalog } from '../../src/storage/generation-catalog.ts'
import { replaceBoots } from '../../src/storage/replace-boots.ts'
import { clearStorage } from '../storage/raw-storage.ts'
import { connect, found } from '../storage/test-store.ts'
import { allOfIt, exported, longDisk, store, url, workerApi } from './archive-bench.ts'

beforeEach(clearStorage)

/** A version of the disk, by its tag. */
function version(etag: string): Pick<ReturnType<typeof found>, 'identity' | 'headers'> {
  const { sizeBytes } = found().identity
  return { identity: { validator: { kind: 'strong', etag }, sizeBytes }, headers: { etag } }
}

const generations = (): ReturnType<typeof createGenerationCatalog> => connect('idb').generations

/** An archive without a chunk that has data. */
async function zeroArchive(head: { sizeBytes: number; end: number }): Promise<Blob> {
  const { identity, headers, acceptsRanges } = found()
  const text = JSON.stringify({
    schema: archiveSchema,
    url,
    identity: { ...identity, sizeBytes: head.sizeBytes },
    chunkSize: 512,
    acceptsRanges,
    headers,
    receivedAt: 0,
    zeroChunks: [{ first: 0, end: head.end }],
  })
  const end = JSON.stringify({ chunks: 0, bytes: 0 })
  const tar = await packTar([
    { header: { name: archiveEntries.head, size: text.length }, body: text },
    { header: { name: archiveEntries.end, size: end.length }, body: end },
  ])
  return new Blob([tar])
}

test('room is made for what takes some, before it is written, and what the browser cannot give up is told', async () => {
  await store({}, [0, 1, 2])
  const archive = await exported()
  await clearStorage()
  const makeRoom = vi.fn(async () => true)
  await importDisk(workerApi({ makeRoom }), url, { archive: archive.stream() })
  expect(makeRoom.mock.calls).toEqual([[url, 3 * 512, false]])

  await clearStorage()
  const full = new DiskCacheError('quota-exceeded', 'The budget of 512 bytes is used up.')
  const refusing = workerApi({ makeRoom: () => Promise.reject(full) })
  await expect(importDisk(refusing, url, { archive: archive.stream() })).rejects.toMatchObject({
    code: 'quota-exceeded',
    message: 'The budget of 512 bytes is used up. 0 bytes of it are stored.',
  })
})

test('what is all zero takes no room', async () => {
  const makeRoom = vi.fn(async () => true)
  const archive = await zeroArchive({ sizeBytes: 100 * 512, end: 100 })
  let progress: ImportProgress | undefined
  const report = await importDisk(workerApi({ makeRoom }), url, {
    archive: archive.stream(),
    onProgress: (latest) => {
      progress = latest
    },
  })
  expect(report).toMatchObject({ importedBytes: 100 * 512, missingBytes: 0 })
  expect(progress).toMatchObject({ readBytes: 100 * 512, archiveBytes: archive.size })
  expect(makeRoom).not.toHaveBeenCalled()
})

test('an archive that claims more zeroes than there is time for can be stopped', async () => {
  const archive = await zeroArchive({ sizeBytes: 2 ** 50, end: 2 ** 40 })
  const stopping = new AbortController()
  const importing = importDisk(workerApi(), url, {
    archive: archive.stream(),
    signal: stopping.signal,
    onProgress: () => stopping.abort(),
  })
  await expect(importing).rejects.toMatchObject({ code: 'aborted' })
})

test('a worker that does not answer in the end does not hide what went wrong before', async () => {
  await store({}, [0, 1, 2])
  const archive = (await exported()).slice(0, -2048)
  const deaf = workerApi({ refresh: () => Promise.reject(new Error('no answer')) })
  await expect(importDisk(deaf, url, { archive: archive.stream() })).rejects.toMatchObject({
    code: 'integrity-failed',
  })
  await clearStorage()
  await store({}, [0])
  const whole = await exported()
  expect(await importDisk(deaf, url, { archive: whole.stream() })).toMatchObject({
    presentBytes: 512,
  })
})

test('a version that is given up meanwhile keeps nothing, and is not said to', async () => {
  await store(longDisk, allOfIt)
  const archive = await exported()
  await clearStorage()
  let calls = 0
  const api = workerApi({
    async makeRoom() {
      if (++calls === 1) return true
      const [record] = await generations().list(url)
      await generations().remove(record?.id ?? '')
      return true
    },
  })
  await expect(importDisk(api, url, { archive: archive.stream() })).rejects.toMatchObject({
    code: 'disk-changed',
    details: { importedBytes: 0 },
  })
})

test('a retired version waits again: else it would be given up as soon as nobody reads it', async () => {
  const old = await store(version('"old"'), [0])
  const archive = await exported()
  const { id } = await store(version('"new"'), [1])
  await generations().activate(id)
  const report = await importDisk(workerApi(), url, { archive: archive.stream() })
  expect(report).toMatchObject({ state: 'waiting', presentBytes: 512 })
  // Its origin has not shown it again.
  const known = (await generations().list(url)).find((record) => record.id === old.id)
  expect(known).toEqual({ ...old, state: 'waiting', receivedAt: old.createdAt, storedBytes: 512 })
})

test('after a write to the disk no session begins on an imported version without asking', async () => {
  await store(version('"old"'), [0])
  const archive = await exported()
  await clearStorage()
  await store(version('"new"'), [0])
  await generations().requireValidation(url)
  expect(await importDisk(workerApi(), url, { archive: archive.stream() })).toMatchObject({
    state: 'waiting',
  })
  const marks = (await generations().list(url)).map(({ needsValidation }) => needsValidation)
  expect(marks).toEqual([true, true])
})

test('what boots read elsewhere comes with an archive, but not in the place of what was recorded here', async () => {
  const boots = (): ReturnType<typeof createBootCatalog> =>
    createBootCatalog(connect('idb').catalog)
  const profileOf = (sizeBytes: number): BootProfile => {
    return { schema: bootProfileSchema, sizeBytes, boots: 1, reads: [[0, sizeBytes, 0]] }
  }
  await store({}, [0])
  await replaceBoots(connect('idb').catalog, url, profileOf(1024))
  const archive = await exported()
  await clearStorage()
  await importDisk(workerApi(), url, { archive: archive.stream() })
  expect((await boots().find(url)).finished).toEqual(profileOf(1024))
  await clearStorage()
  await replaceBoots(connect('idb').catalog, url, profileOf(2048))
  await importDisk(workerApi(), url, { archive: archive.stream() })
  expect((await boots().find(url)).finished).toEqual(profileOf(2048))
})
