import { expect, test } from 'vitest'

import { DiskCacheError } from '../../src/core/errors.ts'
import { isUnreadable, toStorageError } from '../../src/storage/storage-errors.ts'

test('tells lack of room from all other failures', () => {
  const full = new DOMException('full', 'QuotaExceededError')
  expect(toStorageError(full, 'Storing chunks')).toMatchObject({
    code: 'quota-exceeded',
    cause: full,
    message: expect.stringMatching(/^Storing chunks: .*Evict/) as unknown,
  })
  const broken = new DOMException('broken', 'UnknownError')
  expect(toStorageError(broken, 'Storing chunks')).toMatchObject({
    code: 'storage-failed',
    cause: broken,
    message: expect.stringMatching(/^Storing chunks: broken/) as unknown,
  })
})

test('leaves our own errors as they are', () => {
  const ours = new DiskCacheError('quota-exceeded', 'ours')
  expect(toStorageError(ours, 'Storing chunks')).toBe(ours)
})

test('makes an error of whatever was thrown', () => {
  expect(toStorageError('text', 'Reading')).toMatchObject({
    code: 'storage-failed',
    message: expect.stringContaining('text') as unknown,
  })
})

test.each([
  ['NotFoundError', true],
  ['NotReadableError', true],
  ['UnknownError', true],
  ['TypeMismatchError', true],
  ['QuotaExceededError', false],
  ['InvalidStateError', false],
])('takes %s for an ordinary miss: %s', (name, expected) => {
  expect(isUnreadable(new DOMException('', name))).toBe(expected)
})
