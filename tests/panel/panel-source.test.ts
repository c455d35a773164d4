import { expect, test } from 'vitest'
import { createPanelSource } from '../../src/panel/create-panel-source.ts'
import { areOn } from '../../src/panel/hold-faults.ts'
import { createFakeCache } from './fake-cache.ts'

const url = 'https://example.org/disks/a.img'
const ranges = [{ start: 0, end: 512 }]

test('a snapshot is structured-cloneable and whole', async () => {
  const snapshot = await createPanelSource(createFakeCache()).snapshot()
  expect(Object.keys(structuredClone(snapshot))).toEqual([
    'disks',
    'stats',
    'storage',
    'jobs',
    'faults',
  ])
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

test('a prefetch is paused, goes on, and is gone when it is cancelled', async () => {
  const source = createPanelSource(createFakeCache())
  const job = async (): Promise<unknown> => {
    const [first] = (await source.snapshot()).jobs
    return first && { ...first, id: undefined }
  }
  await source.run({ type: 'prefetch', url })
  const [{ id = '' } = {}] = (await source.snapshot()).jobs
  expect(await job()).toMatchObject({ url, state: 'running', storedBytes: 40, totalBytes: 100 })
  await source.run({ type: 'pause', id })
  expect(await job()).toMatchObject({ state: 'paused', storedBytes: 40 })
  await source.run({ type: 'resume', id })
  expect(await job()).toMatchObject({ state: 'running' })
  await source.run({ type: 'cancel', id })
  expect(await job()).toBeUndefined()
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
