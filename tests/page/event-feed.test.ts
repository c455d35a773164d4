import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { createEventFeed } from '../../src/page/event-feed.ts'
import type { EventFeed } from '../../src/page/event-feed.ts'
import type { DiskCacheEvent } from '../../src/protocol/events.ts'
import { eventChannelName, protocolVersion } from '../../src/protocol/messages.ts'

const scope = 'https://a.test/app/'

let feed: EventFeed
let worker: BroadcastChannel
beforeEach(() => {
  feed = createEventFeed(scope)
  worker = new BroadcastChannel(eventChannelName(scope))
})
afterEach(() => {
  feed.close()
  worker.close()
  vi.unstubAllGlobals()
})

function problem(message: string): DiskCacheEvent {
  return { type: 'problem', code: 'aborted', message }
}

function send(sequence: number, message: string, life = 'one'): void {
  worker.postMessage({
    sectorcache: protocolVersion,
    kind: 'events',
    worker: life,
    sequence,
    events: [problem(message)],
  })
}

/** What is heard, as text, and a promise for the batch with this message. */
function listen(): {
  heard: string[]
  until: (message: string) => Promise<void>
  stop: () => void
} {
  const heard: string[] = []
  const stop = feed.subscribe((events) => {
    for (const event of events) heard.push(event.type === 'problem' ? event.message : event.type)
  })
  const until = (message: string): Promise<void> =>
    vi.waitFor(() => expect(heard).toContain(message))
  return { heard, until, stop }
}

test('hears batches in their order, without a gap', async () => {
  const { heard, until } = listen()
  for (const sequence of [7, 8, 9]) send(sequence, `batch ${sequence}`)
  await until('batch 9')
  expect(heard).toEqual(['batch 7', 'batch 8', 'batch 9'])
})

test('tells of a gap when a batch is missing', async () => {
  const { heard, until } = listen()
  send(0, 'first')
  send(2, 'third')
  send(3, 'fourth')
  await until('fourth')
  expect(heard).toEqual(['first', 'gap', 'third', 'fourth'])
})

test('tells of a gap when the worker was started again', async () => {
  const { heard, until } = listen()
  send(0, 'first')
  send(1, 'of another life', 'two')
  send(2, 'last', 'two')
  await until('last')
  expect(heard).toEqual(['first', 'gap', 'of another life', 'last'])
})

test('leaves the messages of others alone', async () => {
  const { heard, until } = listen()
  worker.postMessage('text')
  worker.postMessage({ kind: 'events', events: [problem('of somebody else')] })
  worker.postMessage({ sectorcache: protocolVersion, kind: 'something new' })
  send(0, 'ours')
  await until('ours')
  expect(heard).toEqual(['ours'])
})

test('hears only the worker of its scope', async () => {
  const { heard, until } = listen()
  const other = new BroadcastChannel(eventChannelName('https://a.test/'))
  other.postMessage({
    sectorcache: protocolVersion,
    kind: 'events',
    worker: 'one',
    sequence: 0,
    events: [problem('of another scope')],
  })
  send(0, 'ours')
  await until('ours')
  expect(heard).toEqual(['ours'])
  other.close()
})

test('tells every listener, until it has had enough', async () => {
  const [first, second] = [listen(), listen()]
  send(0, 'for both')
  await Promise.all([first.until('for both'), second.until('for both')])
  first.stop()
  send(1, 'for the second')
  await second.until('for the second')
  expect([first.heard, second.heard]).toEqual([['for both'], ['for both', 'for the second']])
})

test('begins anew, without a gap, after nobody listened for a while', async () => {
  const first = listen()
  send(0, 'first')
  await first.until('first')
  first.stop()
  send(1, 'unheard')
  const second = listen()
  send(5, 'later')
  await second.until('later')
  expect([first.heard, second.heard]).toEqual([['first'], ['later']])
})

test('one listener that throws keeps no event from the others', async () => {
  const reported: unknown[] = []
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error))
  const mistake = new Error('mistake')
  feed.subscribe(() => {
    throw mistake
  })
  const { heard, until } = listen()
  send(0, 'first')
  await until('first')
  expect([heard, reported]).toEqual([['first'], [mistake]])
})

test('hears nothing after it was closed', async () => {
  const { heard, until } = listen()
  send(0, 'first')
  await until('first')
  feed.close()
  const other = createEventFeed(scope)
  const later = new Promise<void>((resolve) => other.subscribe(() => resolve()))
  send(1, 'second')
  await later
  expect(heard).toEqual(['first'])
  other.close()
})
