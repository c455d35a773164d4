import { expect, test } from 'vitest'
import { canBeKeyOf, findRecord } from '../../src/device/find-record.ts'
import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'

const base = 'https://example.org/disks/a.img'

function identity(etag: string, sizeBytes = 100): GenerationRecord['identity'] {
  return { validator: { kind: 'strong', etag }, sizeBytes }
}

function record(url: string, etag: string): GenerationRecord {
  return {
    id: `${url} ${etag}`,
    url,
    identity: identity(etag),
    state: 'active',
    chunkSize: 1024,
    backend: 'idb',
    acceptsRanges: true,
    headers: {},
    createdAt: 0,
  }
}

test('a key belongs to the URL if it has nothing but parameters of the URL', () => {
  expect(canBeKeyOf(`${base}?signature=1`, base)).toBe(true)
  expect(canBeKeyOf(`${base}?v=2&signature=1`, `${base}?v=2`)).toBe(true)
  expect(canBeKeyOf(`${base}?v=1`, `${base}?v=2`)).toBe(false)
  expect(canBeKeyOf(base, `${base}?v=2`)).toBe(false)
  expect(canBeKeyOf(`${base}/b`, base)).toBe(false)
})

test('finds the version that the client reads, and no other', () => {
  const records = [record(base, '"1"'), record(base, '"2"'), record(`${base}x`, '"3"')]
  const find = (etag: string, size?: number): string | undefined =>
    findRecord(records, { url: base, identity: identity(etag, size) })?.id
  expect(find('"2"')).toBe(`${base} "2"`)
  expect(find('"3"')).toBeUndefined()
  expect(find('"2"', 99)).toBeUndefined()
})

test('prefers the disk whose key has more of the URL', () => {
  const records = [record(base, '"1"'), record(`${base}?v=2`, '"1"')]
  const url = `${base}?v=2&signature=1`
  expect(findRecord(records, { url, identity: identity('"1"') })?.url).toBe(`${base}?v=2`)
})
