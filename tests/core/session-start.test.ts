import { expect, test, vi } from 'vitest'
import { mayBeginUnasked } from '../../src/core/session-start.ts'

test.each([
  ['wholly stored', undefined, true, true],
  ['partly stored', 'no-cache, max-age=9', false, false],
  ['immutable', 'public, Immutable', false, true],
  ['immutable only by name of another directive', 'x-immutable=1', false, false],
] as const)('a version that is %s', async (_, cacheControl, covers, expected) => {
  const facts = { cacheControl, coversBoot: () => Promise.resolve(covers) }
  expect(await mayBeginUnasked(facts)).toBe(expected)
})

test('what is immutable is not looked through', async () => {
  const coversBoot = vi.fn(() => Promise.resolve(false))
  await mayBeginUnasked({ cacheControl: 'immutable', coversBoot })
  expect(coversBoot).not.toHaveBeenCalled()
})
