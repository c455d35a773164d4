import { afterEach, expect, test, vi } from 'vitest'

import { defaultOptions } from '../../src/core/options.ts'
import type { OptionsRecord } from '../../src/storage/catalog-schema.ts'
import type { SettingsCatalog } from '../../src/storage/settings-catalog.ts'
import { createOptionKeeper } from '../../src/worker/option-keeper.ts'
import type { OptionKeeper } from '../../src/worker/option-keeper.ts'

const scope = 'https://a.test/'
const nothing: OptionsRecord = { options: {}, clients: [] }

/** What the catalog keeps, over restarts of the worker. */
function createSettings(): SettingsCatalog {
  const records = new Map<string, OptionsRecord>()
  const settings = {
    options: async (name: string) => records.get(name) ?? nothing,
    async updateOptions(name: string, update: (record: OptionsRecord) => OptionsRecord) {
      const record = update(records.get(name) ?? nothing)
      records.set(name, record)
      return record
    },
  }
  return settings as unknown as SettingsCatalog
}

type Pages = Parameters<typeof createOptionKeeper>[1]['askPages']

const neverAsked = vi.fn<Pages>(async () => 'nobody')
afterEach(() => expect(neverAsked).not.toHaveBeenCalled())

async function startWorker(
  settings: SettingsCatalog,
  given: Parameters<typeof createOptionKeeper>[0] = {},
  askPages: Pages = async () => 'nobody',
): Promise<OptionKeeper> {
  const keeper = createOptionKeeper(given, { scope, settings, askPages })
  await keeper.load()
  return keeper
}

function page(id: string, ...others: string[]): { id: string; liveClients: ReadonlySet<string> } {
  return { id, liveClients: new Set([id, ...others]) }
}

test('has the defaults in force where nobody asks for anything', async () => {
  const keeper = await startWorker(createSettings())
  expect(keeper.current).toEqual(defaultOptions)
  expect(keeper.load()).toBe(undefined)
})

test('gives the first page what it asks for, over restarts', async () => {
  const settings = createSettings()
  const keeper = await startWorker(settings)
  expect(await keeper.configure({ parallel: 2, store: 'opfs' }, page('one'))).toEqual([])
  expect(keeper.current).toEqual({ ...defaultOptions, parallel: 2, store: 'opfs' })
  expect((await startWorker(settings)).current).toEqual(keeper.current)
})

test('names what a second page asks for in vain, while the first one lives', async () => {
  const settings = createSettings()
  const keeper = await startWorker(settings)
  await keeper.configure({ parallel: 2, timeout: 5000 }, page('one'))
  const conflicts = await keeper.configure({ parallel: 3, timeout: 5000 }, page('two', 'one'))
  expect(conflicts).toEqual(['parallel'])
  expect(keeper.current).toMatchObject({ parallel: 2, timeout: 5000 })
})

test('names what a second page asks for in vain, though the first one left it at its default', async () => {
  const keeper = await startWorker(createSettings())
  await keeper.configure({}, page('one'))
  expect(await keeper.configure({ parallel: 3 }, page('two', 'one'))).toEqual(['parallel'])
  expect(keeper.current.parallel).toBe(defaultOptions.parallel)
})

test('a second page that asks for what is so anyway has no conflict', async () => {
  const keeper = await startWorker(createSettings())
  await keeper.configure({}, page('one'))
  const { parallel } = defaultOptions
  expect(await keeper.configure({ parallel }, page('two', 'one'))).toEqual([])
})

test('a second page that asks for the same has no conflict, and keeps it in force', async () => {
  const settings = createSettings()
  const keeper = await startWorker(settings)
  await keeper.configure({ parallel: 2 }, page('one'))
  expect(await keeper.configure({ parallel: 2 }, page('two', 'one'))).toEqual([])
  expect(await keeper.configure({ parallel: 3 }, page('three', 'two'))).toEqual(['parallel'])
})

test('gives a page what it asks for when all others have gone', async () => {
  const settings = createSettings()
  await (await startWorker(settings)).configure({ parallel: 2, store: 'opfs' }, page('one'))
  const keeper = await startWorker(settings)
  expect(await keeper.configure({ parallel: 3 }, page('two'))).toEqual([])
  expect(keeper.current).toEqual({ ...defaultOptions, parallel: 3 })
})

test('what the worker itself was given stands above all', async () => {
  const settings = createSettings()
  const keeper = await startWorker(settings, { disks: ['/d/*'], parallel: 4 })
  expect(await keeper.configure({ parallel: 2, timeout: 5000 }, page('one'))).toEqual(['parallel'])
  expect(keeper.current).toMatchObject({ disks: ['/d/*'], parallel: 4, timeout: 5000 })
})

test('asks the pages when storage knows of no options, and keeps what they say', async () => {
  const settings = createSettings()
  const keeper: OptionKeeper = createOptionKeeper(
    {},
    {
      scope,
      settings,
      async askPages() {
        await keeper.configure({ store: 'opfs' }, page('one', 'two'))
        return 'heard'
      },
    },
  )
  await keeper.load()
  expect(keeper.current.store).toBe('opfs')
  const next = await startWorker(settings, {}, neverAsked)
  expect(next.current.store).toBe('opfs')
  // The first page to answer lives, so it stands.
  expect(await next.configure({ store: 'idb' }, page('two', 'one'))).toEqual(['store'])
})

test('asks also where storage cannot be read', async () => {
  const settings = createSettings()
  settings.options = () => Promise.reject(new Error('no storage'))
  const askPages = vi.fn<Pages>(async () => 'silent')
  const keeper = await startWorker(settings, {}, askPages)
  expect(askPages).toHaveBeenCalledOnce()
  expect(keeper.current).toEqual(defaultOptions)
})

test('where pages were silent, the next worker asks again, but does not wait for them', async () => {
  const settings = createSettings()
  await startWorker(settings, {}, async () => 'silent')
  const askPages = vi.fn<Pages>(() => new Promise(() => undefined))
  const keeper = await startWorker(settings, {}, askPages)
  expect(askPages).toHaveBeenCalledOnce()
  // One answers late.
  await keeper.configure({ parallel: 2 }, page('one'))
  expect((await startWorker(settings, {}, neverAsked)).current.parallel).toBe(2)
})

test('does not take pages for silent where there are none, or storage was cleared while they were asked', async () => {
  const settings = createSettings()
  await startWorker(settings, {}, async () => 'nobody')
  expect(await settings.options(scope)).toBe(nothing)
  const keeper: OptionKeeper = createOptionKeeper(
    {},
    {
      scope,
      settings,
      async askPages() {
        keeper.lookAgain()
        return 'silent'
      },
    },
  )
  await keeper.load()
  expect(await settings.options(scope)).toBe(nothing)
})

test('stores again what is in force when storage was cleared under it, without asking', async () => {
  const settings = createSettings()
  await (await startWorker(settings)).configure({ parallel: 2 }, page('one'))
  const keeper = await startWorker(settings, {}, neverAsked)
  const isQuotaKnown = { quotaHint: { bytes: 1, at: 2 } }
  await settings.updateOptions(scope, () => ({ ...nothing, ...isQuotaKnown }))
  keeper.lookAgain()
  expect(keeper.current.parallel).toBe(2)
  expect(keeper.load()).toBeInstanceOf(Promise)
  await keeper.load()
  expect(keeper.load()).toBe(undefined)
  const kept = { options: { parallel: 2 }, clients: ['one'] }
  expect(await settings.options(scope)).toEqual({ ...kept, ...isQuotaKnown })
})

test('takes over what a page has asked for since storage was cleared', async () => {
  const settings = createSettings()
  const keeper = await startWorker(settings)
  await keeper.configure({ parallel: 2 }, page('one'))
  await settings.updateOptions(scope, () => ({ options: { parallel: 3 }, clients: ['two'] }))
  keeper.lookAgain()
  await keeper.load()
  expect(keeper.current.parallel).toBe(3)
})

test('a page that asks in the moment after a clearing does not come before one that lives', async () => {
  const settings = createSettings()
  const keeper = await startWorker(settings)
  await keeper.configure({ parallel: 2 }, page('one'))
  await settings.updateOptions(scope, () => nothing)
  expect(await keeper.configure({ parallel: 3 }, page('two', 'one'))).toEqual(['parallel'])
  const kept = { options: { parallel: 2 }, clients: ['one', 'two'] }
  expect(await settings.options(scope)).toEqual(kept)
})

test('without storage, the first page stands for as long as this worker lives', async () => {
  const settings = createSettings()
  settings.updateOptions = () => Promise.reject(new Error('no storage'))
  const keeper = await startWorker(settings)
  expect(await keeper.configure({ parallel: 2 }, page('one'))).toEqual([])
  expect(await keeper.configure({ parallel: 3 }, page('two', 'one'))).toEqual(['parallel'])
  expect(keeper.current.parallel).toBe(2)
})

test('looks again also when storage is cleared while a page asks', async () => {
  const settings = createSettings()
  const keeper = await startWorker(settings)
  const { updateOptions } = settings
  settings.updateOptions = async (name, update) => {
    const record = await updateOptions(name, update)
    keeper.lookAgain()
    return record
  }
  await keeper.configure({ parallel: 2 }, page('one'))
  expect(keeper.load()).toBeInstanceOf(Promise)
})
