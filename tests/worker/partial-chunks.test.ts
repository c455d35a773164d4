import { expect, test } from 'vitest'

import { DiskCacheError } from '../../src/core/errors.ts'
import { createChunkReceiver } from '../../src/worker/chunk-receiver.ts'
import { answer, createBench, grid, send } from './receiver-bench.ts'

test('brings a part of a chunk, and leaves the rest to others', async () => {
  const range = { start: 700, end: 1024 }
  const { receiver, landed, abandoned, known } = createBench({ owned: [1], range })
  await receiver.begin(answer(206))
  await send(receiver, [700, 1024])
  await receiver.end()
  await receiver.settle(undefined)
  expect([landed, abandoned]).toEqual([[], []])
  const flight = known.get(1)
  expect(flight !== 'stored' && flight?.arrivedBytes).toBe(324)
})

test('a chunk of two downloads lands when both have kept their word', async () => {
  const {
    receiver: tail,
    landed,
    known,
  } = createBench({
    owned: [1],
    range: { start: 700, end: 1024 },
  })
  const flight = known.get(1)
  if (flight === undefined || flight === 'stored') throw new Error('no flight')
  const landedByHead: number[] = []
  const head = createChunkReceiver(
    { range: { start: 512, end: 700 }, flights: [flight] },
    {
      grid,
      takeOffAll: async () => [],
      accept: () => undefined,
      land: async (complete) => void landedByHead.push(...complete.map(({ index }) => index)),
      abandon: () => undefined,
      lose: () => undefined,
      count: () => undefined,
    },
  )
  await tail.begin(answer(206))
  await head.begin(answer(206))
  await send(head, [512, 700])
  await send(tail, [700, 1024])
  expect(flight.isComplete()).toBe(true)
  await tail.end()
  expect([landed, landedByHead]).toEqual([[], []])
  await head.end()
  expect([landed, landedByHead]).toEqual([[], [1]])
})

test('gives up a chunk of which a dishonest answer brought a part', async () => {
  const error = new DiskCacheError('origin-bad-response', 'It sent too much.')
  const range = { start: 700, end: 1024 }
  const { receiver, landed, abandoned } = createBench({ owned: [1], range })
  await receiver.begin(answer(206))
  await send(receiver, [700, 1024])
  await receiver.settle(error)
  expect([landed, abandoned]).toEqual([[], [{ index: 1, error }]])
})

test('everything satisfies when another download has completed a chunk before it came there', async () => {
  const { receiver, landed, known } = createBench({
    owned: [1],
    stored: [0, 3, 4, 5, 6, 7, 8, 9, 10],
  })
  await receiver.begin(answer(200))
  await send(receiver, [0, 600], 600)
  const flight = known.get(1)
  if (flight === undefined || flight === 'stored') throw new Error('no flight')
  const helper = createChunkReceiver(
    { range: { start: 600, end: 1024 }, flights: [flight] },
    {
      grid,
      takeOffAll: async () => [],
      accept: () => undefined,
      land: async () => undefined,
      abandon: () => undefined,
      lose: () => undefined,
      count: () => undefined,
    },
  )
  await helper.begin(answer(206))
  await send(helper, [600, 1024])
  await helper.end()
  await send(receiver, [600, 1536], 312)
  expect(receiver.isSatisfied?.()).toBe(true)
  await receiver.end()
  expect(landed).toEqual([[1, 2]])
})
