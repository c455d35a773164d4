import { expect, test } from 'vitest'

import type { StoredGeneration } from '../../src/storage/stored-generation.ts'
import { takeHotBody } from '../../src/worker/hot-body.ts'

const bytes = Uint8Array.from({ length: 512 }, (_, at) => at % 251)
const blob = new Blob([bytes])

/** Chunks of 512 bytes, of which the second is open. */
const generation: Pick<StoredGeneration, 'grid' | 'isStored' | 'noteRead' | 'rememberedPart'> = {
  grid: { sizeBytes: 2000, chunkSize: 512 },
  isStored: (index) => index === 1 || index === 2,
  noteRead: () => undefined,
  rememberedPart: (index, { start, end }) => (index === 1 ? blob.slice(start, end) : undefined),
}

function take(start: number, end: number): Blob | undefined {
  return takeHotBody(generation as StoredGeneration, { start, end })
}

test.each([
  [512, 1024],
  [515, 520],
  [1023, 1024],
])('answers bytes %i to %i of one open chunk', async (start, end) => {
  const answered = new Uint8Array((await take(start, end)?.arrayBuffer()) ?? [])
  expect(answered).toEqual(bytes.slice(start - 512, end - 512))
})

test.each([
  ['lie in two chunks', 1000, 1030],
  ['are not opened', 1024, 1030],
  ['are missing', 0, 10],
])('leaves bytes to others that %s', (_, start, end) => {
  expect(take(start, end)).toBe(undefined)
})
