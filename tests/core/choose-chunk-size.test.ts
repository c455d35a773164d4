import { expect, test } from 'vitest'

import { chooseChunkSize } from '../../src/core/choose-chunk-size.ts'

test.each([
  ['auto', false, 256 * 1024],
  ['auto', true, 1024 * 1024],
  [4096, false, 4096],
  [4096, true, 4096],
] as const)('with %s, and all wanted: %s, chunks have %i bytes', (option, wantsAll, bytes) => {
  expect(chooseChunkSize(option, wantsAll)).toBe(bytes)
})
