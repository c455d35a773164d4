import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { linkWorker } from '../../src/page/worker-link.ts'
import type { WorkerLink } from '../../src/page/worker-link.ts'

const protocol = 1
let container: EventTarget & { startMessages(): void }
const links: WorkerLink[] = []

beforeEach(() => {
  container = Object.assign(new EventTarget(), { startMessages: () => undefined })
  vi.stubGlobal('navigator', { serviceWorker: container })
})
afterEach(() => {
  for (const link of links.splice(0)) link.close()
  vi.unstubAllGlobals()
})

/** A link with a worker that answers each call at once. */
function linkWith(scope: string, rejection?: Error): WorkerLink {
  const active = {
    postMessage({ kind, call }: { kind: string; call: string }) {
      if (kind !== 'call') return
      const payload = rejection
        ? { id: call, type: 'HANDLER', name: 'throw', value: { isError: true, value: rejection } }
        : { id: call, type: 'RAW', value: { conflicts: [] } }
      queueMicrotask(() => tell({ kind: 'reply', call, payload }))
    },
  }
  const link = linkWorker({ scope, active } as unknown as ServiceWorkerRegistration)
  links.push(link)
  return link
}

function tell(message: object, ports: readonly unknown[] = []): void {
  const data = { sectorcache: protocol, ...message }
  container.dispatchEvent(Object.assign(new Event('message'), { data, ports }))
}

/** A worker asks the page for its options. @returns all that it is told */
function ask(scope: string): unknown[] {
  const postMessage = vi.fn<(asked: unknown) => void>()
  tell({ kind: 'options', scope }, [{ postMessage }])
  return postMessage.mock.calls.map(([asked]) => asked)
}

test('tells a worker that asks what its page asked for last, at once, whichever link that was', async () => {
  const scope = 'https://a.test/one/'
  const first = linkWith(scope)
  expect(ask(scope)).toEqual([undefined])
  await first.configure({ store: 'opfs' })
  expect(ask(scope)).toEqual([{ store: 'opfs' }])
  const second = linkWith(scope)
  expect(new Set(ask(scope))).toEqual(new Set([{ store: 'opfs' }]))
  const changed = { store: 'idb' }
  await second.configure(changed)
  changed.store = 'opfs'
  expect(new Set(ask(scope))).toEqual(new Set([{ store: 'idb' }]))
})

test('tells nothing that a worker has refused, and nothing to the worker of another scope', async () => {
  const scope = 'https://a.test/two/'
  await expect(
    linkWith(scope, new Error('unusable')).configure({ store: 'floppy' }),
  ).rejects.toThrow()
  expect(ask(scope)).toEqual([undefined])
  expect(ask('https://a.test/')).toEqual([])
})
