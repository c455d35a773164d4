import { expect, test, vi } from 'vitest'

import { createRememberedSlices } from '../../src/storage/remembered-slices.ts'
import { makeBytes } from './test-store.ts'

const bytes = makeBytes(1, 1000)

interface TestChunk {
  readonly blob: Blob
  readonly made: () => (readonly [number, number])[]
}

function createChunk(): TestChunk {
  const blob = new Blob([bytes])
  const slice = vi.spyOn(blob, 'slice')
  return { blob, made: () => slice.mock.calls.map(([start = 0, end = 0]) => [start, end]) }
}

test('makes a slice once, however often it is taken', async () => {
  const { blob, made } = createChunk()
  const { take } = createRememberedSlices()
  const slice = take(0, blob, { start: 100, end: 200 })
  expect(new Uint8Array(await slice.arrayBuffer())).toEqual(bytes.slice(100, 200))
  expect(take(0, blob, { start: 100, end: 200 })).toBe(slice)
  expect(take(0, blob, { start: 100, end: 201 }).size).toBe(101)
  expect(take(1, blob, { start: 100, end: 200 })).not.toBe(slice)
  expect(made()).toHaveLength(3)
})

test('gives the whole Blob without a slice', () => {
  const { blob, made } = createChunk()
  expect(createRememberedSlices().take(0, blob, { start: 0, end: 1000 })).toBe(blob)
  expect(made()).toEqual([])
})

test('does not give a slice of the Blob that the chunk had before', async () => {
  const { take } = createRememberedSlices()
  const part = { start: 1, end: 9 }
  take(0, createChunk().blob, part)
  const newer = makeBytes(2, 1000)
  const slice = take(0, new Blob([newer]), part)
  expect(new Uint8Array(await slice.arrayBuffer())).toEqual(newer.slice(1, 9))
})

test('lets go of all slices when it is told to', () => {
  const { blob } = createChunk()
  const { take, clear } = createRememberedSlices()
  const slice = take(0, blob, { start: 1, end: 2 })
  clear()
  expect(take(0, blob, { start: 1, end: 2 })).not.toBe(slice)
})

test('forgets the slices that were not taken for longest', () => {
  const { blob } = createChunk()
  const { take } = createRememberedSlices()
  const part = { start: 1, end: 2 }
  const [first, second] = [take(0, blob, part), take(1, blob, part)]
  for (let index = 2; index < 1024; index++) take(index, blob, part)
  expect(take(0, blob, part)).toBe(first)
  take(1024, blob, part)
  expect(take(0, blob, part)).toBe(first)
  expect(take(1, blob, part)).not.toBe(second)
})
