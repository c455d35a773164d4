import { expect, test, vi } from 'vitest'

import { makeBody } from '../../src/worker/answer-body.ts'
import type { AnswerBody } from '../../src/worker/answer-body.ts'
import type { BodySection } from '../../src/worker/body-section.ts'
import type { ChunkFlight } from '../../src/worker/chunk-flight.ts'
import { access, content, createFetcherBench, honest } from './fetcher-bench.ts'
import type { FetcherBench } from './fetcher-bench.ts'

const MiB = 1024 * 1024

function createDisk(sizeBytes: number, stored: readonly number[]): FetcherBench {
  const bench = createFetcherBench({
    sizeBytes,
    chunkSize: MiB,
    answer: async (request) => honest(request, { sizeBytes }),
  })
  for (const index of stored) {
    bench.stored.set(index, content.slice(index * MiB, (index + 1) * MiB))
  }
  return bench
}

function answer(
  { fetcher }: FetcherBench,
  sections: readonly BodySection[],
  freesRead = false,
): Promise<AnswerBody> {
  return makeBody(fetcher, sections, { access, isNew: false, clientId: 'a', freesRead })
}

test('a long answer of many stored ranges is a stream, and no Blob of a thousand Blobs', async () => {
  const bench = createDisk(4 * MiB, [0, 1, 2, 3])
  const ranges = Array.from({ length: 600 }, (_, at) => ({
    start: (at % 500) * 8192,
    end: (at % 500) * 8192 + 8000,
  }))
  const { body, outcome } = await answer(
    bench,
    ranges.map((range) => ({ kind: 'disk', range })),
  )
  expect([outcome, body instanceof ReadableStream]).toEqual(['hit', true])
  const bytes = new Uint8Array(await new Response(body).arrayBuffer())
  const wanted = Buffer.concat(ranges.map(({ start, end }) => content.slice(start, end)))
  expect(Buffer.compare(bytes, wanted)).toBe(0)
})

test('a long answer of few stored chunks is one Blob', async () => {
  const bench = createDisk(4 * MiB, [0, 1, 2, 3])
  const range = { start: 100, end: 3 * MiB }
  const { body, outcome } = await answer(bench, [
    { kind: 'disk', range },
    { kind: 'disk', range },
  ])
  expect([outcome, body instanceof Blob]).toEqual(['hit', true])
})

test('looks at no more of a huge disk than it takes to tell that a part of it is stored', async () => {
  const sizeBytes = 2 ** 40
  const bench = createDisk(sizeBytes, [0])
  const loadPages = vi.fn((_run: { first: number; end: number }) => undefined)
  Object.assign(bench.fetcher.generation, { loadPages })
  const { body, outcome } = await answer(bench, [
    { kind: 'disk', range: { start: 0, end: sizeBytes } },
  ])
  expect(outcome).toBe('partial')
  expect(Math.max(...loadPages.mock.calls.map(([{ end }]) => end))).toBeLessThan(20_000)
  if (body instanceof ReadableStream) await body.cancel()
})

test('finds the one missing chunk at the end of a long disk', async () => {
  const count = 40_000
  const sizeBytes = count * MiB
  const bench = createDisk(sizeBytes, [])
  Object.assign(bench.fetcher.generation, { isStored: (index: number) => index < count - 1 })
  const range = { start: 0, end: sizeBytes }
  const { body, outcome } = await answer(bench, [{ kind: 'disk', range }])
  expect(outcome).toBe('partial')
  if (body instanceof ReadableStream) await body.cancel()
  await expect(
    makeBody(bench.fetcher, [{ kind: 'disk', range }], {
      access: { ...access, use: 'only-stored' },
      isNew: false,
      clientId: 'a',
      freesRead: false,
    }),
  ).rejects.toThrow(/stored/)
})

for (const freesRead of [true, false]) {
  test(`bytes of a stream are ${freesRead ? 'freed' : 'kept'} when its reader asks for the next, stored or not`, async () => {
    const sizeBytes = 8 * MiB
    const bench = createDisk(sizeBytes, [0, 2, 3])
    const isOdd = (index: number): boolean => index % 2 === 1
    const wanted = (at: number, length: number): Uint8Array => content.subarray(at, at + length)
    const sections = [0, 1, 2, 3, 2, 3].map((index) => ({
      kind: 'disk' as const,
      range: { start: index * MiB, end: (index + 1) * MiB - (isOdd(index) ? 100 : 0) },
    }))
    const { body, outcome } = await answer(bench, sections, freesRead)
    expect(outcome).toBe('partial')
    const given: Uint8Array[] = []
    let flight: ChunkFlight | undefined
    let [section, at] = [0, 0]
    for await (const bytes of body as ReadableStream<Uint8Array>) {
      expect(given.every((earlier) => (earlier.byteLength === 0) === freesRead)).toBe(true)
      const { range } = sections[section] ?? { range: { start: 0, end: 0 } }
      expect(Buffer.compare(bytes, wanted(range.start + at, bytes.byteLength))).toBe(0)
      at += bytes.byteLength
      if (range.start + at === range.end) [section, at] = [section + 1, 0]
      given.push(bytes)
      flight ??= bench.fetcher.flightOf(1)
    }
    expect(section).toBe(sections.length)
    // Of the chunk that arrived meanwhile nothing is kept, now that it is stored.
    expect(await flight?.ended).toBe(undefined)
    expect(bench.stored.has(1)).toBe(true)
    await expect(flight?.read(0, 1)).rejects.toThrow('The memory of chunk 1 was freed')
  })
}

test('a stream that is given up frees what it has not read, when that is stored', async () => {
  const sizeBytes = 5 * MiB
  const bench = createDisk(sizeBytes, [])
  const { body } = await answer(bench, [{ kind: 'disk', range: { start: 0, end: sizeBytes } }])
  const reader = (body as ReadableStream<Uint8Array>).getReader()
  expect((await reader.read()).value).toEqual(content.subarray(0, 256 * 1024))
  const flights = [1, 2, 3, 4].map((index) => bench.fetcher.flightOf(index))
  await reader.cancel()
  for (const flight of flights) {
    expect(await flight?.ended).toBe(undefined)
    await expect(flight?.read(0, 1)).rejects.toThrow(/memory of chunk \d was freed/)
  }
})
