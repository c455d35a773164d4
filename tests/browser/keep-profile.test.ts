import { beforeEach, expect, test } from 'vitest'

import { keepProfile } from '../../src/archive/keep-profile.ts'
import { bootProfileSchema, profileBlockBytes as block } from '../../src/core/boot-profile.ts'
import type { BootProfile } from '../../src/core/boot-profile.ts'
import { createBootCatalog } from '../../src/storage/boot-catalog.ts'
import { createCatalogConnection } from '../../src/storage/catalog-connection.ts'
import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import { clearStorage } from '../storage/raw-storage.ts'

beforeEach(clearStorage)

const record: GenerationRecord = {
  id: 'a',
  url: 'https://example.test/disks/a.img',
  identity: { validator: { kind: 'strong', etag: '"a"' }, sizeBytes: 10 * block },
  state: 'active',
  chunkSize: 2 * block,
  backend: 'idb',
  acceptsRanges: true,
  headers: {},
  createdAt: 0,
}

const profile: BootProfile = {
  schema: bootProfileSchema,
  sizeBytes: record.identity.sizeBytes,
  boots: 3,
  reads: [[4 * block, block, 0]],
}

async function keep(given: BootProfile): Promise<BootProfile | undefined> {
  const catalog = createCatalogConnection()
  await keepProfile(catalog, record, given)
  const { finished } = await createBootCatalog(catalog).find(record.url)
  catalog.close()
  return finished
}

test('what boots read elsewhere is kept', async () => {
  expect(await keep(profile)).toEqual(profile)
})

test.each([
  ['reads nothing', { ...profile, reads: [] }],
  [
    'reads behind the end',
    { ...profile, sizeBytes: 40 * block, reads: [[20 * block, block, 0]] as const },
  ],
])('a profile that %s is none: nothing would seem to be missing of a boot', async (_, given) => {
  expect(await keep(given)).toBeUndefined()
})

test('what is known already stays', async () => {
  expect(await keep(profile)).toEqual(profile)
  expect(await keep({ ...profile, reads: [[0, block, 0]] })).toEqual(profile)
})
