import { expect, test, vi } from 'vitest'
import { DiskCacheError } from '../../src/core/errors.ts'
import { importArchive } from '../../src/panel/carry-archive.ts'
import { createPanelSource } from '../../src/panel/create-panel-source.ts'
import { areOn, holdFaults } from '../../src/panel/hold-faults.ts'
import type { Disk } from '../../src/protocol/api.ts'
import { createFakeCache } from './fake-cache.ts'
import type { FakeCache } from './fake-cache.ts'

const url = 'https://example.org/disks/a.img'
const ranges = [{ start: 0, end: 512 }]

test('a snapshot is structured-cloneable and whole', async () => {
  const snapshot = await createPanelSource(createFakeCache()).snapshot()
  expect(Object.keys(structuredClone(snapshot))).toEqual([
    'disks',
    'stats',
    'storage',
    'jobs',
    'recording',
    'faults',
  ])
})

test('what cannot be had is left out, and told of once', async () => {
  const cache = createFakeCache()
  const missing = new DiskCacheError('unsupported', 'sectorcache-offline.js could not be loaded.')
  const list = vi.fn(() => Promise.reject(missing))
  const storage = (): Promise<never> => Promise.reject(new TypeError('no estimate'))
  const source = createPanelSource({ ...cache, storage, jobs: { ...cache.jobs, list } })
  const hear = vi.fn()
  const end = source.subscribe(hear)
  await source.snapshot()
  const { disks, stats, storage: none, jobs } = await source.snapshot()
  expect([disks, stats?.originRequests, none, jobs]).toEqual([[], 0, undefined, []])
  expect(hear.mock.calls).toEqual([
    [[{ type: 'problem', code: 'storage-failed', message: 'no estimate' }]],
    [[{ type: 'problem', code: 'unsupported', message: missing.message }]],
  ])
  // Whoever opens a panel later has not heard of it.
  end()
  source.subscribe(hear)
  await source.snapshot()
  expect(hear).toHaveBeenCalledTimes(4)
})

test('each command becomes the call that it means', async () => {
  const cache = createFakeCache()
  const source = createPanelSource(cache)
  await source.run({ type: 'evict', url, ranges })
  await source.run({ type: 'pin', url, ranges })
  await source.run({ type: 'unpin', url })
  await source.run({ type: 'invalidate', url, etag: '"v1"' })
  await source.run({ type: 'invalidate', url })
  await source.run({ type: 'activate', url })
  await source.run({ type: 'refresh', url })
  await source.run({ type: 'clear' })
  const persisted = await source.run({ type: 'persist' })
  expect(cache.calls).toEqual([
    ['evict', url, ranges],
    ['pin', url, ranges],
    ['unpin', url, undefined],
    ['invalidate', url, '"v1"'],
    ['invalidate', url, undefined],
    ['activate', url],
    ['refresh', url],
    ['clear'],
    ['persist'],
  ])
  expect(structuredClone(persisted)).toEqual({ type: 'persist', persisted: true })
})

test('prefetches are jobs, that are paused, go on and are cancelled', async () => {
  const cache = createFakeCache()
  const source = createPanelSource(cache)
  const command = { type: 'prefetch', url, ranges, priority: 1 } as const
  await source.run(command)
  for (const type of ['pause', 'resume', 'cancel'] as const) await source.run({ type, id: 'one' })
  expect(cache.calls).toEqual([
    ['add', url, command],
    ['pause', 'one'],
    ['resume', 'one'],
    ['cancel', 'one'],
  ])
})

test('a recording is begun, told of, and ended', async () => {
  const source = createPanelSource(createFakeCache())
  expect(await source.run({ type: 'record', url })).toEqual({ type: 'record' })
  expect((await source.snapshot()).recording).toEqual([url])
  expect(await source.run({ type: 'record', url })).toMatchObject({ profile: { reads: [] } })
  expect((await source.snapshot()).recording).toEqual([])
})

test('nothing goes wrong any more when nobody looks', async () => {
  const cache = createFakeCache()
  const source = createPanelSource(cache)
  const end = source.subscribe(() => {})
  await source.run({ type: 'simulate', faults: { offline: true } })
  expect((await source.snapshot()).faults).toMatchObject({ offline: true })
  end()
  const last = cache.calls.at(-1)?.[1] as { id: string }
  expect(last).toEqual({ id: last.id })
  expect(areOn((await source.snapshot()).faults)).toBe(false)
})

test('faults are said again as long as there are some', async () => {
  vi.useFakeTimers()
  let left = 1
  const setFaults = vi.fn(() => Promise.resolve({ failNext: left }))
  const faults = holdFaults({ setFaults })
  await faults.set({ failNext: 1 })
  await vi.advanceTimersByTimeAsync(20_000)
  expect(setFaults).toHaveBeenCalledTimes(3)
  left = 0
  await vi.advanceTimersByTimeAsync(60_000)
  expect(setFaults).toHaveBeenCalledTimes(4)
  vi.useRealTimers()
})

function cacheWith(change: Partial<Disk>): FakeCache {
  const cache = createFakeCache()
  return { ...cache, disk: (target) => ({ ...cache.disk(target), ...change }) }
}

test('an import is as far as its file was read, however many zeroes that brings', async () => {
  const archive = new Blob([new Uint8Array(1000)])
  const importHalf: Disk['import'] = async (_archive, { onProgress } = {}) => {
    const read = { readBytes: 2 ** 40, importedBytes: 0, archiveBytes: 500, bytesPerSecond: 50 }
    onProgress?.({ url, ...read })
    throw new Error('enough')
  }
  const onProgress = vi.fn()
  const cache = cacheWith({ import: importHalf })
  await expect(
    importArchive(cache, { type: 'import', url, archive }, { onProgress }),
  ).rejects.toThrow('enough')
  expect(onProgress).toHaveBeenCalledWith({ doneBytes: 500, totalBytes: 1000, bytesPerSecond: 50 })
})
