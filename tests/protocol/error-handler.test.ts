import { expose, wrap } from 'comlink'
import type { Remote } from 'comlink'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { DiskCacheError, isDiskCacheError } from '../../src/core/errors.ts'
import {
  deserializeError,
  installErrorHandler,
  serializeError,
} from '../../src/protocol/error-handler.ts'

const details = {
  url: 'https://a.test/d.img',
  range: { start: 0, end: 512 },
  status: 503,
  retryAfterMs: 7000,
}

function makeError(): DiskCacheError {
  const reset = Object.assign(new Error('socket hang up'), { name: 'SocketError' })
  const broken = new TypeError('fetch failed', { cause: reset })
  const inner = new DiskCacheError('origin-unreachable', 'no network', { details, cause: broken })
  return new DiskCacheError('storage-failed', 'It failed.', { details, cause: inner })
}

function copy(error: Error): Error {
  return deserializeError(structuredClone(serializeError(error)))
}

/** Follows the causes. */
function chainOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chainOf(error.cause)] : []
}

interface Throwing {
  fail(): void
  failWith(value: unknown): void
  failLater(): Promise<void>
  succeed(): string
}

let channel: MessageChannel
let remote: Remote<Throwing>
beforeEach(() => {
  installErrorHandler()
  channel = new MessageChannel()
  const throwing: Throwing = {
    fail() {
      throw makeError()
    },
    failWith(value) {
      throw value
    },
    failLater: () => Promise.reject(makeError()),
    succeed: () => 'fine',
  }
  expose(throwing, channel.port1)
  remote = wrap<Throwing>(channel.port2)
})
afterEach(() => channel.port1.close())

function rejectionOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('a copy has code, message, details and stack of its original', () => {
  const [original, copied] = [makeError(), copy(makeError())]
  expect(copied).toBeInstanceOf(DiskCacheError)
  expect(isDiskCacheError(copied) && [copied.code, copied.details]).toEqual([
    'storage-failed',
    details,
  ])
  expect(copied.message).toBe(original.message)
  expect(copy(original).stack).toBe(original.stack)
})

test('a copy has the chain of causes of its original', () => {
  const chain = chainOf(copy(makeError()))
  expect(chain.map(({ name, message }) => `${name}: ${message}`)).toEqual([
    'DiskCacheError: It failed.',
    'DiskCacheError: no network',
    'TypeError: fetch failed',
    'SocketError: socket hang up',
  ])
  expect(isDiskCacheError(chain[1]) && chain[1].code).toBe('origin-unreachable')
})

test('a copy of a browser error keeps its name', () => {
  const cause = new DOMException('full', 'QuotaExceededError')
  const copied = copy(new DiskCacheError('quota-exceeded', 'No room.', { cause }))
  expect(copied.cause).toBeInstanceOf(Error)
  expect(copied.cause).toMatchObject({ name: 'QuotaExceededError', message: 'full' })
})

test('a chain of causes that never ends is cut', () => {
  const error = new Error('again')
  error.cause = error
  expect(chainOf(copy(error))).toHaveLength(5)
})

test('a cause that is no error is left out', () => {
  const copied = copy(new DiskCacheError('aborted', 'It was aborted.', { cause: 'text' }))
  expect(copied.cause).toBe(undefined)
})

test.each(['fail', 'failLater'] as const)(
  '%s: an error survives the way by Comlink',
  async (method) => {
    const error = await rejectionOf(remote[method]())
    expect(error).toBeInstanceOf(DiskCacheError)
    expect(error).toMatchObject({ code: 'storage-failed', message: 'It failed.', details })
    expect(chainOf(error)).toHaveLength(4)
  },
)

test('an error of another kind survives the way by Comlink', async () => {
  expect(await rejectionOf(remote.failWith(new RangeError('too far')))).toMatchObject({
    name: 'RangeError',
    message: 'too far',
  })
})

test.each([['text'], [42], [null], [{ reason: 'plain' }]])(
  'a thrown value that is no error passes as it is: %j',
  async (value) => {
    expect(await rejectionOf(remote.failWith(value))).toEqual(value)
  },
)

test('installing it twice changes nothing', async () => {
  installErrorHandler()
  expect(await rejectionOf(remote.fail())).toMatchObject({ code: 'storage-failed', details })
  expect(await remote.succeed()).toBe('fine')
})

test('details that cannot be copied do not leave the caller without an answer', async () => {
  const uncloneable = new DiskCacheError('storage-failed', 'It failed.', {
    details: { handle: () => undefined },
  })
  expose({ fail: () => Promise.reject(uncloneable) }, channel.port2)
  const other = wrap<{ fail(): Promise<void> }>(channel.port1)
  expect(await rejectionOf(other.fail())).toBeInstanceOf(Error)
})
