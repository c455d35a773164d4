import { expect, test } from 'vitest'

import { eventChannelName, isOurMessage, protocolVersion } from '../../src/protocol/messages.ts'
import { idempotentCalls } from '../../src/protocol/worker-api.ts'

test.each([
  { sectorcache: protocolVersion, kind: 'ping' },
  { sectorcache: protocolVersion + 1, kind: 'something new', more: true },
])('knows its messages, of any version: %j', (data) => {
  expect(isOurMessage(data)).toBe(true)
})

test.each([
  [undefined],
  [null],
  ['sectorcache'],
  [1],
  [{}],
  [{ kind: 'ping' }],
  [{ sectorcache: '1', kind: 'ping' }],
  [{ type: 'CACHE_URLS', sectorcache: null }],
])('leaves the messages of others alone: %j', (data) => {
  expect(isOurMessage(data)).toBe(false)
})

test('each scope has a channel of its own', () => {
  const names = ['https://a.test/', 'https://a.test/b/'].map(eventChannelName)
  expect(new Set(names).size).toBe(2)
})

test('sends no call again that would do something twice', () => {
  const twice = ['evict', 'invalidate', 'invalidateMatching', 'clear']
  expect(twice.filter((call) => idempotentCalls.has(call))).toEqual([])
})
