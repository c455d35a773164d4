import { expect, test } from 'vitest'
import type { CacheStats } from '../../src/protocol/reports.ts'
import { confirmationOf } from '../../src/panel/confirmation.ts'
import { describeResult } from '../../src/panel/describe-result.ts'
import { diskName } from '../../src/panel/disk-name.ts'
import { savedBytes } from '../../src/panel/saved-bytes.ts'

const url = 'https://example.org/disks/a.img'

test('a removal that removed nothing says so', () => {
  const report = { generations: 0, chunks: 0, bytes: 0 }
  const evicted = describeResult({ type: 'evict', url }, { type: 'evict', report })
  expect(evicted).toBe('Evicted: there was nothing stored.')
})

test('a removal says what it freed, and what stays because it is pinned', () => {
  const report = { generations: 1, chunks: 3, bytes: 3 * 2 ** 20, pinnedBytes: 2 ** 20 }
  const evicted = describeResult({ type: 'evict', url }, { type: 'evict', report })
  expect(evicted.replaceAll('\u00a0', ' ')).toBe(
    'Evicted 3 chunks: 3.0 MiB freed. 1.0 MiB stay: they are pinned.',
  )
})

test('a refusal to keep the storage is told as one', () => {
  const refused = describeResult({ type: 'persist' }, { type: 'persist', persisted: false })
  expect(refused).toContain('did not agree')
})

test('the question before an invalidation names the version', () => {
  const question = confirmationOf({ type: 'invalidate', url, etag: '"v1"' })
  expect(question?.title).toBe('Invalidate version "v1" of a.img?')
})

test.each([
  ['https://example.org/disks/a%20b.img?x=1', 'a b.img'],
  ['https://example.org/disks/%E0%A4%A.img', '%E0%A4%A.img'],
  ['https://example.org/disks/', 'disks'],
  ['https://example.org/', 'example.org'],
])('%s is called %s', (address, name) => {
  expect(diskName(address)).toBe(name)
})

function statsOf(fromCache: number, fromOrigin: number, fetched: number): CacheStats {
  return {
    requests: { hit: 0, partial: 0, miss: 0, bypass: 0, error: 0 },
    bytes: { fromCache, fromOrigin, fetched },
    readahead: { fetched: 0, unused: 0 },
    originRequests: 0,
    hitRate: { requests: 0, bytes: 0 },
    latency: {},
  }
}

test('saved bytes count what prefetching cost, and are never negative', () => {
  expect(savedBytes(statsOf(100, 20, 50))).toBe(70)
  expect(savedBytes(statsOf(0, 20, 50))).toBe(0)
})
