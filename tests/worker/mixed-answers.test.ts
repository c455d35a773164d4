import { expect, test, vi } from 'vitest'

import type { OriginRequest } from '../../src/origin/chunk-source.ts'
import { makeBody } from '../../src/worker/answer-body.ts'
import type { AnswerBody } from '../../src/worker/answer-body.ts'
import { access, content, createFetcherBench, honest, isOfDisk } from './fetcher-bench.ts'
import type { FetcherBench } from './fetcher-bench.ts'

const chunkSize = 2048

/** How an engine lets on that the data of a Blob has gone. */
type Ending = 'says so' | 'cuts it short'

/** Blobs of chunks that are evicted with {@link StoredChunks.evict} have no data any more. */
interface StoredChunks extends FetcherBench {
  evict(index: number): void
}

/** A bench with these chunks stored. */
function storeChunks(
  indices: readonly number[],
  answer: (
    request: OriginRequest,
  ) => ReturnType<typeof honest> | Promise<ReturnType<typeof honest>>,
  ending: Ending = 'says so',
): StoredChunks {
  const bench = createFetcherBench({ answer: async (request) => answer(request) })
  const { stored, fetcher } = bench
  const gone = new WeakSet<Blob>()
  const opened = new Map<number, Blob>()
  const chunkOf = (index: number): Uint8Array<ArrayBuffer> =>
    content.slice(index * chunkSize, (index + 1) * chunkSize)

  /** Who puts it into a body, and leaves the bytes in the store, gets those that will be there later: none of the disk. */
  function createMortal(bytes: Uint8Array<ArrayBuffer>, whole?: Blob): Blob {
    const blob = new Blob([new Uint8Array(bytes.byteLength)])
    return Object.assign(blob, {
      slice: (start: number, end: number) => createMortal(bytes.slice(start, end), whole ?? blob),
      async arrayBuffer() {
        if (!gone.has(whole ?? blob)) return bytes.slice().buffer
        if (ending === 'says so') throw new DOMException('It has gone.', 'NotReadableError')
        return bytes.slice(1).buffer
      },
    })
  }

  for (const index of indices) stored.set(index, chunkOf(index))
  Object.assign(fetcher.generation, {
    async open(index: number) {
      const blob = createMortal(chunkOf(index))
      opened.set(index, blob)
      return blob
    },
  })
  return {
    ...bench,
    evict(index) {
      stored.delete(index)
      const blob = opened.get(index)
      if (blob !== undefined) gone.add(blob)
    },
  }
}

/** Answers with the first chunks of the disk. */
function answerFirst({ fetcher }: FetcherBench, chunks: number): Promise<AnswerBody> {
  const range = { start: 100, end: chunks * chunkSize - 100 }
  const sections = [{ kind: 'disk', range }] as const
  return makeBody(fetcher, sections, { access, isNew: false, clientId: 'a', freesRead: false })
}

async function isFirst({ body }: AnswerBody, chunks: number): Promise<boolean> {
  const bytes = new Uint8Array(await new Response(body).arrayBuffer())
  return isOfDisk(bytes, { start: 100, end: chunks * chunkSize - 100 })
}

test('what is stored may go while an answer waits for the rest of it', async () => {
  const { promise: isAsked, resolve: ask } = Promise.withResolvers<void>()
  const { promise: mayAnswer, resolve: letAnswer } = Promise.withResolvers<void>()
  const bench = storeChunks([0, 1], async (request) => {
    ask()
    await mayAnswer
    return honest(request)
  })
  const answering = answerFirst(bench, 3)
  await isAsked
  // Long enough for the worker to have read what is there.
  await new Promise((resolve) => void setTimeout(resolve))
  bench.evict(0)
  bench.evict(1)
  letAnswer()
  const answer = await answering
  expect(await isFirst(answer, 3)).toBe(true)
  expect(answer).toMatchObject({ outcome: 'partial', originStatus: 206 })
})

test('an answer has the bytes of a chunk that is stored while it waits for another', async () => {
  const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>()
  const bench = createFetcherBench({
    chunkSize,
    async answer(request) {
      if (request.range.start >= chunkSize) await mayGoOn
      return honest(request)
    },
  })
  bench.fetcher.fetch([0], access)
  const answering = answerFirst(bench, 2)
  await vi.waitFor(() => expect(bench.stored.has(0)).toBe(true))
  goOn()
  expect(await isFirst(await answering, 2)).toBe(true)
})

for (const ending of ['says so', 'cuts it short'] as const) {
  for (const chunks of [3, 10]) {
    test(`what has gone since it was opened is fetched, if the engine ${ending} (${chunks} chunks)`, async () => {
      const stored = Array.from({ length: chunks }, (_, index) => index)
      const isWhole = chunks > 8
      const bench = storeChunks(
        isWhole ? stored : stored.slice(1),
        (request) => honest(request),
        ending,
      )
      const { open } = bench.fetcher.generation
      let opens = 0
      Object.assign(bench.fetcher.generation, {
        async open(index: number) {
          const blob = await open(index)
          if (++opens === (isWhole ? chunks : chunks - 1)) bench.evict(1)
          return blob
        },
      })
      const answer = await answerFirst(bench, chunks)
      expect(await isFirst(answer, chunks)).toBe(true)
      const originBytes = isWhole ? chunkSize : 2 * chunkSize - 100
      expect(await answer.bytes).toMatchObject({ originBytes })
      expect(answer).toMatchObject({ outcome: 'partial', originStatus: 206 })
    })
  }
}
