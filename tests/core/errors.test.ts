import { expect, test } from 'vitest'

import {
  DiskCacheError,
  diskCacheErrorCodes,
  isDiskCacheError,
  toDiskCacheError,
} from '../../src/core/errors.ts'

test('carries code, message, details and cause', () => {
  const cause = new TypeError('broken')
  const details = { url: 'https://a.test/d.img', status: 503 }
  const error = new DiskCacheError('origin-status', 'Check the server.', { details, cause })
  expect(error).toBeInstanceOf(Error)
  expect(String(error)).toBe('DiskCacheError: Check the server.')
  expect([error.code, error.details, error.cause]).toEqual(['origin-status', details, cause])
})

test('has no cause when there is none', () => {
  const error = new DiskCacheError('aborted', 'It was aborted.')
  expect(['cause' in error, error.details]).toEqual([false, {}])
})

test('has the codes that are written down, and each once', () => {
  expect(new Set(diskCacheErrorCodes).size).toBe(diskCacheErrorCodes.length)
  expect(diskCacheErrorCodes.join(' ')).toBe(
    'unsupported not-registered invalid-option invalid-range no-such-disk origin-unreachable ' +
      'origin-status origin-bad-response disk-changed option-conflict integrity-failed ' +
      'quota-exceeded storage-failed worker-timeout protocol-mismatch aborted',
  )
})

test('knows its errors by name and code, also those of another thread or bundle', () => {
  const copy = Object.assign(new Error('copy'), { name: 'DiskCacheError', code: 'aborted' })
  expect(isDiskCacheError(new DiskCacheError('aborted', ''))).toBe(true)
  expect(isDiskCacheError(copy)).toBe(true)
  expect(isDiskCacheError(Object.assign(copy, { code: 'of-a-later-version' }))).toBe(true)
})

test.each([
  ['another error', new TypeError('broken')],
  ['another name', Object.assign(new Error(''), { code: 'aborted' })],
  ['no code', Object.assign(new Error(''), { name: 'DiskCacheError' })],
  ['no error', { name: 'DiskCacheError', code: 'aborted' }],
  ['nothing', undefined],
  ['text', 'aborted'],
])('does not take %s for one of its errors', (_, value) => {
  expect(isDiskCacheError(value)).toBe(false)
})

test('wraps what is not its own', () => {
  const own = new DiskCacheError('aborted', 'as it is')
  expect(toDiskCacheError(own, 'storage-failed', 'unused')).toBe(own)
  const wrapped = toDiskCacheError('text', 'storage-failed', 'It could not be stored.')
  expect(wrapped).toMatchObject({
    code: 'storage-failed',
    message: 'It could not be stored.',
    cause: 'text',
  })
})
