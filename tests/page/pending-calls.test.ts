import { expect, test } from 'vitest'

import { DiskCacheError } from '../../src/core/errors.ts'
import { mayResend, methodOf, rejectionOf, workerTimeout } from '../../src/page/pending-calls.ts'

test('knows the function that a call is for', () => {
  expect(methodOf({ id: '1', path: ['status'] })).toBe('status')
  expect(methodOf({ id: '1' })).toBe('')
})

test.each([
  ['hello', true],
  ['status', true],
  ['prefetchStep', true],
  ['tag', true],
  ['evict', false],
  ['invalidate', false],
  ['invalidateMatching', false],
  ['clear', false],
  ['noSuchCall', false],
])('may send %s again: %s', (method, expected) => {
  expect(mayResend({ payload: { id: '1', path: [method] }, sent: 1 })).toBe(expected)
})

test('sends a call five times at the most', () => {
  const payload = { id: '1', path: ['status'] }
  const sent = [1, 4, 5, 6].filter((times) => mayResend({ payload, sent: times }))
  expect(sent).toEqual([1, 4])
})

test('rejects a call with all that an error says, as a message that can be sent', () => {
  const error = new DiskCacheError('aborted', 'It was aborted.', { details: { status: 1 } })
  const reply = structuredClone(rejectionOf({ id: 'x', path: ['status'] }, error))
  expect(reply).toMatchObject({
    id: 'x',
    type: 'HANDLER',
    name: 'throw',
    value: { isError: true, value: { code: 'aborted', message: 'It was aborted.' } },
  })
})

test('says which call was lost', () => {
  expect(workerTimeout({ id: '1', path: ['evict'] })).toMatchObject({
    code: 'worker-timeout',
    message: expect.stringContaining('"evict"') as unknown,
    details: { method: 'evict' },
  })
})
