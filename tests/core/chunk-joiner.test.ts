import { expect, test } from 'vitest'

import { createChunkJoiner } from '../../src/core/chunk-joiner.ts'

/** Byte `n` of the disk is `n`; chunks of 512 bytes, and a last one of 100. */
const grid = { sizeBytes: 1124, chunkSize: 512 }

function bytesOf(start: number, end: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: end - start }, (_, at) => (start + at) % 251)
}

/** Joins parts of the disk. */
function join(...parts: readonly (readonly [number, number])[]): {
  chunks: readonly (readonly [number, Uint8Array])[]
  leftOut: number
} {
  const joiner = createChunkJoiner(grid)
  const chunks = parts.flatMap(([start, end]) => joiner.add(start, bytesOf(start, end)))
  return {
    chunks: chunks.map(({ index, bytes }) => [index, bytes]),
    leftOut: joiner.leftOutBytes,
  }
}

const chunk0 = [0, bytesOf(0, 512)]
const chunk1 = [1, bytesOf(512, 1024)]
const chunk2 = [2, bytesOf(1024, 1124)]

test.each([
  ['one piece', [[0, 1124]]],
  [
    'chunk by chunk',
    [
      [0, 512],
      [512, 1024],
      [1024, 1124],
    ],
  ],
  [
    'smaller pieces',
    [
      [0, 100],
      [100, 600],
      [600, 1100],
      [1100, 1124],
    ],
  ],
] as const)('cuts a whole disk that comes as %s into its chunks', (_, parts) => {
  expect(join(...parts)).toEqual({ chunks: [chunk0, chunk1, chunk2], leftOut: 0 })
})

test('leaves chunks out of which a part is missing, wherever that is', () => {
  expect(join([100, 512], [512, 1024])).toEqual({ chunks: [chunk1], leftOut: 412 })
  expect(join([0, 512], [512, 600], [700, 1024], [1024, 1124])).toEqual({
    chunks: [chunk0, chunk2],
    leftOut: 88 + 324,
  })
  expect(join([0, 512], [512, 600])).toEqual({ chunks: [chunk0], leftOut: 88 })
})

test('a chunk that lacks its first bytes is not begun by its later ones', () => {
  expect(join([10, 20], [20, 512])).toEqual({ chunks: [], leftOut: 502 })
})
