import fc from 'fast-check'
import { expect, test } from 'vitest'

import { countChunks } from '../../src/core/chunk-grid.ts'
import { DiskCacheError } from '../../src/core/errors.ts'
import { answer, changed, createBench, grid, send } from './receiver-bench.ts'

test('cuts what arrives into chunks, and lands them together at the end', async () => {
  const { receiver, landed, abandoned, counted } = createBench({ owned: [2, 3, 4] })
  await receiver.begin(answer(206))
  await send(receiver, [1024, 2560])
  expect(landed).toEqual([])
  await receiver.end()
  await receiver.settle(undefined)
  expect([landed, abandoned, counted()]).toEqual([[[2, 3, 4]], [], 1536])
})

test('lands the short last chunk', async () => {
  const { receiver, landed } = createBench({ owned: [9, 10] })
  await receiver.begin(answer(206))
  await send(receiver, [9 * 512, grid.sizeBytes])
  await receiver.end()
  expect(landed).toEqual([[9, 10]])
})

test('lands each owned chunk once, however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2000 }), async (step) => {
      const owned = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
      const { receiver, landed } = createBench({ owned })
      await receiver.begin(answer(206))
      await send(receiver, [0, grid.sizeBytes], step)
      await receiver.end()
      expect(landed.flat()).toEqual(owned)
    }),
    { numRuns: 30 },
  )
})

test('ignores bytes of chunks that are not its own', async () => {
  const { receiver, landed } = createBench({ owned: [1] })
  await receiver.begin(answer(206))
  await send(receiver, [0, 2048])
  await receiver.end()
  expect(landed).toEqual([[1]])
})

test('takes everything, in groups, from an origin that sends everything', async () => {
  const { receiver, landed, abandoned } = createBench({ owned: [5], stored: [0, 7] })
  await receiver.begin(answer(200))
  await send(receiver, [0, grid.sizeBytes])
  await receiver.end()
  await receiver.settle(undefined)
  expect(landed).toEqual([[1, 2, 3, 4], [5, 6, 8, 9], [10]])
  expect(abandoned).toEqual([])
})

test('is satisfied by everything when nothing is missing any more', async () => {
  const { receiver, landed } = createBench({ owned: [1], stored: [0, 3, 4, 5, 6, 7, 8, 9, 10] })
  await receiver.begin(answer(200))
  await send(receiver, [0, 1536], 512)
  expect([receiver.isSatisfied?.(), landed]).toEqual([true, []])
  const { receiver: later } = createBench({ owned: [1], stored: [0, 3] })
  await later.begin(answer(200))
  await send(later, [0, 1536], 512)
  expect(later.isSatisfied?.()).toBe(false)
})

test('is satisfied by everything also when a chunk lands after that has begun', async () => {
  const range = { start: 0, end: 1024 }
  const { receiver } = createBench({ owned: [0, 1], stored: [2, 3, 4, 5, 6, 7, 8, 9, 10], range })
  await receiver.begin(answer(206))
  await send(receiver, [0, 512])
  const ended = receiver.end()
  await receiver.begin(answer(200))
  await ended
  await send(receiver, [0, 1024], 512)
  expect(receiver.isSatisfied?.()).toBe(true)
})

test('is not satisfied by the chunks of a range: its body is to be checked to its end', async () => {
  const { receiver } = createBench({ owned: [0] })
  await receiver.begin(answer(206))
  await send(receiver, [0, 512])
  expect(receiver.isSatisfied?.()).toBe(false)
})

test('gets ready for everything once, however often the connection breaks off', async () => {
  const { receiver, landed, known, prepared } = createBench({ owned: [0] })
  await receiver.begin(answer(200))
  await send(receiver, [0, 3000])
  await receiver.begin(answer(200))
  await send(receiver, [3000, grid.sizeBytes])
  await receiver.end()
  expect(landed.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect([known.size, prepared()]).toEqual([countChunks(grid), 1])
})

test('refuses bytes of another generation', async () => {
  const { receiver, landed } = createBench({ owned: [0] })
  const identity = { validator: { kind: 'none' }, sizeBytes: 512 } as const
  await expect(receiver.begin({ ...answer(206), identity })).rejects.toBe(changed)
  await receiver.settle(changed)
  expect(landed).toEqual([])
})

test.each([200, 206] as const)('tells what the origin answered: %i', async (status) => {
  const { receiver, known } = createBench({ owned: [3] })
  await receiver.begin(answer(status))
  const statuses = [...known.values()].map((flight) => flight !== 'stored' && flight.originStatus)
  expect(new Set(statuses)).toEqual(new Set([status]))
})

test('keeps what a broken connection brought, and gives up the rest', async () => {
  const error = new DiskCacheError('origin-unreachable', 'It broke off.')
  const { receiver, landed, abandoned, lost } = createBench({ owned: [0, 1, 2] })
  await receiver.begin(answer(206))
  await send(receiver, [0, 700])
  await receiver.settle(error)
  expect([landed, abandoned]).toEqual([[[0]], []])
  const part = { start: 0, end: 512 }
  expect(lost).toEqual([
    { index: 1, part, error },
    { index: 2, part, error },
  ])
})

test('keeps nothing of what a dishonest answer brought', async () => {
  const error = new DiskCacheError('origin-bad-response', 'It sent too much.')
  const { receiver, landed, abandoned } = createBench({ owned: [0, 1] })
  await receiver.begin(answer(206))
  await send(receiver, [0, 700])
  await receiver.settle(error)
  expect(landed).toEqual([])
  expect(abandoned).toEqual([
    { index: 0, error },
    { index: 1, error },
  ])
})

test('gives up what an answer did not bring, though it ended well', async () => {
  const range = { start: 100, end: 900 }
  const { receiver, landed, abandoned, lost } = createBench({ owned: [0, 1], range })
  await receiver.begin(answer(206))
  await send(receiver, [100, 512])
  await receiver.end()
  await receiver.settle(undefined)
  expect([landed, abandoned]).toEqual([[], []])
  expect(lost).toEqual([{ index: 1, part: { start: 0, end: 388 }, error: undefined }])
})
