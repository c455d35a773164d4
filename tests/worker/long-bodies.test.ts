import { expect, test, vi } from 'vitest'

import { makeBody } from '../../src/worker/answer-body.ts'
import type { AnswerBody } from '../../src/worker/answer-body.ts'
import type { BodySection } from '../../src/worker/body-section.ts'
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

function answer({ fetcher }: FetcherBench, sections: readonly BodySection[]): Promise<AnswerBody> {
  return makeBody(fetcher, sections, { access, isNew: false, clientId: 'a' })
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
    }),
  ).rejects.toThrow(/stored/)
})
