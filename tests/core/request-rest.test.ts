import { expect, test } from 'vitest'

import { restDelayMs, restRequestBytes } from '../../src/core/request-rest.ts'

const KiB = 1024

test('chunks that the link carries during its delay are completed at once, others when nobody reads', () => {
  expect(restDelayMs(256 * KiB, 256 * KiB)).toBe(0)
  expect(restDelayMs(256 * KiB, 255 * KiB)).toBeGreaterThan(0)
})

test('rests come in requests of a run, and not in tiny ones', () => {
  expect([restRequestBytes(4 * KiB), restRequestBytes(1024 * KiB)]).toEqual([64 * KiB, 1024 * KiB])
})
