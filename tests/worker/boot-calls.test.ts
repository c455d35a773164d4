import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { ByteRange } from '../../src/core/byte-range.ts'
import { createBootCalls } from '../../src/worker/boot-calls.ts'
import type { DiskReader } from '../../src/worker/disk-reader.ts'
import { access, createFetcherBench, honest } from './fetcher-bench.ts'

const kib = 1024
const url = access.url

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

function createBench() {
  const bench = createFetcherBench({ answer: async (request) => honest(request) })
  const noted: ByteRange[] = []
  const flush = vi.fn(async () => undefined)
  const readBy = vi.fn(async (_clientId: string) => bench.fetcher)
  const context = {
    ...bench.context,
    bootNotes: {
      note: (_record: unknown, _client: string, read: ByteRange) => void noted.push(read),
      flush,
      clear: () => undefined,
    },
  }
  const readerFor = (): DiskReader => ({ readBy }) as unknown as DiskReader
  const calls = createBootCalls({ context, readerFor, accessTo: () => access }, 'page')
  return { ...bench, calls, noted, flush, readBy }
}

test('what a page reads past the worker is noted, and fetched ahead of, as if the worker had answered it', async () => {
  const { calls, noted, asked, stored } = createBench()
  const reads = [0, 4, 8].map((at) => ({ start: at * kib, end: (at + 4) * kib }))
  await calls.noteReads(url, reads.slice(0, 1))
  await vi.advanceTimersByTimeAsync(1000)
  expect(asked).toEqual([])
  await calls.noteReads(url, reads.slice(1))
  await vi.advanceTimersByTimeAsync(1000)
  expect(noted).toEqual(reads)
  // As long as what was read, and none of it.
  expect(Math.max(...asked.map(({ end }) => end))).toBe(24 * kib)
  expect(stored.has(11)).toBe(true)
})

test('a note begins no session and moves none', async () => {
  const { calls, readBy } = createBench()
  await calls.noteReads(url, [{ start: 0, end: 512 }])
  expect(readBy.mock.calls).toEqual([['page']])
})

test('without reads, what was noted is written, and no session begins', async () => {
  const { calls, readBy, flush } = createBench()
  await calls.noteReads(url, [])
  expect([flush.mock.calls.length, readBy.mock.calls.length]).toEqual([1, 0])
})
