import { expect, test, vi } from 'vitest'
import { DiskCacheError } from '../../src/core/errors.ts'
import { importArchive } from '../../src/panel/carry-archive.ts'
import { createPanelSource } from '../../src/panel/create-panel-source.ts'
import { areOn, holdFaults } from '../../src/panel/hold-faults.ts'
import { injectFaults } from '../../src/origin/fetch-from-origin.ts'
import type { Disk, OriginFaults } from '../../src/protocol/api.ts'
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

test('jobs that cannot be had are left out, and that is told of once', async () => {
  const cache = createFakeCache()
  const missing = new DiskCacheError('unsupported', 'sectorcache-offline.js could not be loaded.')
  const list = vi.fn(() => Promise.reject(missing))
  const source = createPanelSource({ ...cache, jobs: { ...cache.jobs, list } })
  const hear = vi.fn()
  const end = source.subscribe(hear)
  await source.snapshot()
  const { disks, stats, jobs } = await source.snapshot()
  expect([disks, stats.originRequests, jobs]).toEqual([[], 0, []])
  expect(hear.mock.calls).toEqual([
    [[{ type: 'problem', code: 'unsupported', message: missing.message }]],
  ])
  // Whoever opens a panel later has not heard of it.
  end()
  source.subscribe(hear)
  await source.snapshot()
  expect(hear).toHaveBeenCalledTimes(2)
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

/** A worker as far as faults go, that any number of pages may speak with. */
function faultyWorker(): { setFaults: (wanted?: OriginFaults) => Promise<OriginFaults> } {
  return {
    setFaults: (wanted) => Promise.resolve(injectFaults(wanted, () => Promise.resolve(true))),
  }
}

/** As when the worker is stopped: nothing is in force, and nobody has ordered that. */
function forgetFaults(): void {
  injectFaults({}, () => Promise.resolve(true))
}

test('nothing goes wrong any more when nobody looks', async () => {
  forgetFaults()
  const source = createPanelSource({ ...createFakeCache(), ...faultyWorker() })
  const end = source.subscribe(() => {})
  await source.run({ type: 'simulate', faults: { offline: true } })
  expect((await source.snapshot()).faults).toMatchObject({ offline: true })
  end()
  await vi.waitFor(async () => expect(areOn((await source.snapshot()).faults)).toBe(false))
})

test('faults are said again to a worker that forgot them, as long as there are some', async () => {
  vi.useFakeTimers()
  forgetFaults()
  const { setFaults } = faultyWorker()
  const faults = holdFaults({ setFaults })
  const { id } = await faults.set({ failNext: 2 })
  forgetFaults()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await setFaults()).toEqual({ id, failNext: 2 })
  await setFaults({ id: 'spent', failNext: 0 })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

test('of two pages, the one that spoke last has its way for good', async () => {
  forgetFaults()
  const { setFaults } = faultyWorker()
  const [one, other] = [holdFaults({ setFaults }), holdFaults({ setFaults })]
  await one.set({ offline: true })
  await other.set({ latencyMs: 50 })
  expect(await one.current()).toMatchObject({ latencyMs: 50 })
  expect(await other.current()).toMatchObject({ latencyMs: 50 })
  await one.set({})
  expect(areOn(await other.current())).toBe(false)
  // Nobody wants any more what a new worker does not know.
  forgetFaults()
  expect(areOn(await one.current()) || areOn(await other.current())).toBe(false)
})

test('a panel that wanted no faults ends none when it is closed, nor what another page wants since', async () => {
  forgetFaults()
  const { setFaults } = faultyWorker()
  const [one, other] = [holdFaults({ setFaults }), holdFaults({ setFaults })]
  await one.set({ offline: true })
  await other.current()
  await other.end()
  expect(await setFaults()).toMatchObject({ offline: true })
  await other.set({ latencyMs: 50 })
  await one.end()
  expect(await setFaults()).toMatchObject({ latencyMs: 50 })
  await other.end()
  expect(areOn(await setFaults())).toBe(false)
})

test('an end that did not reach the worker is said again', async () => {
  vi.useFakeTimers()
  forgetFaults()
  const setFaults = vi.fn(faultyWorker().setFaults)
  const faults = holdFaults({ setFaults })
  await faults.set({ offline: true })
  setFaults.mockRejectedValueOnce(new Error('worker-timeout'))
  await expect(faults.end()).rejects.toThrow('worker-timeout')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(areOn(await setFaults())).toBe(false)
  expect(vi.getTimerCount()).toBe(0)
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
