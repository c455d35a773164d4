import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { protocolVersion } from '../../src/protocol/messages.ts'
import { askPages } from '../../src/worker/ask-pages.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const scope = 'https://a.test/app/'

interface FakePage {
  readonly id: string
  readonly url: string
  postMessage(message: unknown, ports: readonly MessagePort[]): void
}

/** A page of the worker, whose answers the test gives; the port is where a browser would have it. */
function createPage(id: string, url: string = `${scope}${id}`) {
  const ports: MessagePort[] = []
  const messages: unknown[] = []
  const client: FakePage = {
    id,
    url,
    postMessage(message, [port]) {
      messages.push(message)
      if (port) ports.push(port)
    },
  }
  return { client, messages, answer: (asked: unknown) => ports[0]?.postMessage(asked) }
}

function setUp(...pages: { client: FakePage }[]) {
  vi.stubGlobal('self', {
    registration: { scope },
    clients: { matchAll: async () => pages.map(({ client }) => client) },
  })
  return vi.fn(async (_id: string, _asked: unknown) => undefined)
}

test('hears the first page that wants options, and does not wait for the others', async () => {
  const [one, two] = [createPage('one'), createPage('two')]
  const hear = setUp(one, two)
  const asking = askPages(hear)
  await vi.waitFor(() => expect(two.messages).toHaveLength(1))
  expect(two.messages).toEqual([{ sectorcache: protocolVersion, kind: 'options', scope }])
  two.answer({ store: 'opfs' })
  expect(await asking).toBe('heard')
  expect(hear.mock.calls).toEqual([['two', { store: 'opfs' }]])
  // Later, but heard.
  one.answer({ store: 'idb' })
  await vi.waitFor(() => expect(hear).toHaveBeenLastCalledWith('one', { store: 'idb' }))
})

test('takes pages for silent that want nothing, or nothing that is usable', async () => {
  const [one, two] = [createPage('one'), createPage('two')]
  const hear = setUp(one, two).mockRejectedValue(new Error('unusable'))
  const asking = askPages(hear)
  await vi.waitFor(() => expect(two.messages).toHaveLength(1))
  one.answer(undefined)
  two.answer({ store: 'floppy' })
  expect(await asking).toBe('silent')
  expect(vi.getTimerCount()).toBe(0)
})

test('takes pages for silent that take too long, and hears them all the same', async () => {
  const page = createPage('one')
  const hear = setUp(page)
  const asking = askPages(hear)
  await vi.advanceTimersByTimeAsync(0)
  expect(page.messages).toHaveLength(1)
  const isOver = vi.fn()
  void asking.then(isOver)
  await vi.advanceTimersByTimeAsync(499)
  expect(isOver).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(await asking).toBe('silent')
  page.answer({ store: 'opfs' })
  await vi.waitFor(() => expect(hear).toHaveBeenCalledWith('one', { store: 'opfs' }))
})

test.each(['https://a.test/other/', 'about:blank'])('does not ask %s', async (url) => {
  const other = createPage('other', url)
  expect(await askPages(setUp(other))).toBe('nobody')
  expect(other.messages).toEqual([])
})
