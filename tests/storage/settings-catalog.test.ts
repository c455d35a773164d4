import { beforeEach, expect, test, vi } from 'vitest'

import { countRead, createCounters } from '../../src/core/read-counters.ts'
import type { ReadCounters } from '../../src/core/read-counters.ts'
import { createCatalogConnection } from '../../src/storage/catalog-connection.ts'
import { createSettingsCatalog } from '../../src/storage/settings-catalog.ts'
import type { SettingsCatalog } from '../../src/storage/settings-catalog.ts'
import { clearStorage, withCatalog } from './raw-storage.ts'

beforeEach(clearStorage)

function connectSettings(): SettingsCatalog {
  return createSettingsCatalog(createCatalogConnection())
}

function oneHit(): ReadCounters {
  const counters = createCounters()
  countRead(counters, { outcome: 'hit', cacheBytes: 100, originBytes: 0, durationMs: 2 })
  return counters
}

test('keeps the options of each scope over restarts', async () => {
  const record = { options: { parallel: 3, store: 'opfs' }, clients: ['page'] } as const
  const stands = await connectSettings().updateOptions('https://example.test/a/', () => record)
  expect(stands).toEqual(record)
  const settings = connectSettings()
  expect(await settings.options('https://example.test/a/')).toEqual(record)
  expect(await settings.options('https://example.test/')).toEqual({ options: {}, clients: [] })
})

test('loses no change of options when several workers change them at the same time', async () => {
  const names = ['a', 'b', 'c', 'd']
  await Promise.all(
    names.map((name) =>
      connectSettings().updateOptions('scope', ({ options, clients }) => ({
        options,
        clients: [...clients, name],
      })),
    ),
  )
  const { clients } = await connectSettings().options('scope')
  expect([...clients].sort()).toEqual(names)
})

test('begins with figures of zero', async () => {
  expect(await connectSettings().counters()).toEqual(createCounters())
})

test('adds up the figures of workers that write at the same time', async () => {
  const workers = Array.from({ length: 5 }, connectSettings)
  await Promise.all(workers.map((settings) => settings.addCounters(oneHit())))
  const total = await connectSettings().counters()
  expect(total.requests.hit).toBe(5)
  expect(total.cacheBytes).toBe(500)
  expect(total.latency.reduce((sum, count) => sum + count, 0)).toBe(5)
})

test('sets the figures to zero', async () => {
  const settings = connectSettings()
  await settings.addCounters(oneHit())
  await settings.clearWork()
  expect(await settings.counters()).toEqual(createCounters())
})

test('tells when the browser threw the catalog away, from a note that no scope can take for its own', async () => {
  const settings = connectSettings()
  expect(await settings.resetAt()).toBe(undefined)
  await clearStorage()
  const event = IDBVersionChangeEvent.prototype as unknown as { readonly dataLoss: string }
  const dataLoss = vi.spyOn(event, 'dataLoss', 'get').mockReturnValue('total')
  const before = Date.now()
  const resetAt = await connectSettings().resetAt()
  dataLoss.mockRestore()
  expect(resetAt).toBeGreaterThanOrEqual(before)
  expect(await withCatalog((db) => db.getAllKeys('options'))).toEqual(['reset'])
  const record = { options: { parallel: 3 }, clients: [] } as const
  await settings.updateOptions('', () => record)
  await settings.updateOptions('https://example.test/', (known) => known)
  expect(await settings.resetAt()).toBe(resetAt)
  expect(await settings.options('')).toEqual(record)
})
