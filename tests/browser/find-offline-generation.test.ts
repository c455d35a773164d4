import { beforeEach, expect, test } from 'vitest'

import { bootProfileSchema } from '../../src/core/boot-profile.ts'
import { findOfflineGeneration } from '../../src/offline/find-offline-generation.ts'
import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import { clearStorage } from '../storage/raw-storage.ts'
import { connect } from '../storage/test-store.ts'
import { store, url } from './archive-bench.ts'

beforeEach(clearStorage)

const chunkSize = 65_536
const profile = {
  schema: bootProfileSchema,
  sizeBytes: 4 * chunkSize,
  boots: 1,
  reads: [[chunkSize, chunkSize, 0]],
} as const

/** Stores chunks of a version of four. */
function version(
  etag: string,
  indices: readonly number[],
  headers: Readonly<Record<string, string>> = {},
): Promise<GenerationRecord> {
  const identity = { validator: { kind: 'strong', etag }, sizeBytes: 4 * chunkSize } as const
  return store({ identity, chunkSize, headers: { etag, ...headers } }, indices)
}

async function chosen(finished?: typeof profile): Promise<string | undefined> {
  const { catalog, generations } = connect('idb')
  const record = await findOfflineGeneration(catalog, await generations.list(url), finished)
  return record && `${record.state} ${record.headers['etag']}`
}

/** The old version is retired, and more of it is stored. */
async function update(): Promise<void> {
  await version('"old"', [0, 2, 3])
  const { id } = await version('"new"', [1])
  await connect('idb').generations.activate(id)
}

test('of a retired version of which more is stored, and an active one, the active one is chosen if it has all that boots read', async () => {
  await update()
  expect(await chosen()).toBe('retired "old"')
  expect(await chosen(profile)).toBe('active "new"')
})

test('where another version waits, only a whole one is enough', async () => {
  await update()
  await version('"next"', [1])
  expect(await chosen(profile)).toBe('retired "old"')
  await version('"next"', [0, 1, 2, 3])
  expect(await chosen(profile)).toBe('waiting "next"')
})

test('one that waits alone is chosen as it is', async () => {
  const { id } = await version('"a"', [0, 1, 2, 3])
  await version('"b"', [1])
  await connect('idb').generations.remove(id)
  expect(await chosen()).toBe('waiting "b"')
})

test('what was found after a write takes the place of what was written to', async () => {
  await version('"a"', [0, 1, 2, 3])
  const { generations } = connect('idb')
  await generations.requireValidation(url)
  expect(await chosen()).toBe('active "a"')
  await version('"b"', [1])
  expect(await chosen()).toBe('waiting "b"')
})

test('an immutable version is chosen though a retired one is whole: a session begins with it unasked', async () => {
  await version('"old"', [0, 1, 2, 3])
  const { id } = await version('"new"', [1], { 'cache-control': 'max-age=9, immutable' })
  await connect('idb').generations.activate(id)
  expect(await chosen()).toBe('active "new"')
})
