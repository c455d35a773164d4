import { expect, test, vi } from 'vitest'
import { createPanelSource } from '../../src/panel/create-panel-source.ts'
import type { PanelSource } from '../../src/panel/panel-source.ts'
import { PanelStore } from '../../src/panel/panel-store.ts'
import type { DiskCacheEvent } from '../../src/protocol/events.ts'
import type { DiskStatus, GenerationStatus } from '../../src/protocol/reports.ts'
import { createFakeCache } from './fake-cache.ts'

const url = 'https://example.org/a.img'

function versionOf(id: string, state: GenerationStatus['state']): GenerationStatus {
  return {
    id,
    state,
    size: 4096,
    chunkSize: 512,
    backend: 'idb',
    storedBytes: 0,
    storedChunks: 0,
    pinnedBytes: 0,
    createdAt: 0,
  }
}

const disk: DiskStatus = {
  url,
  size: 4096,
  chunkSize: 512,
  storedBytes: 0,
  storedChunks: 0,
  pinnedBytes: 0,
  pins: [],
  coverage: [{ start: 0, end: 512 }],
  complete: false,
  generations: [versionOf('old', 'active'), versionOf('new', 'waiting')],
  tags: [],
}

/** Sees everything. */
class FakeObserver {
  constructor(hear: (entries: readonly { isIntersecting: boolean }[]) => void) {
    queueMicrotask(() => hear([{ isIntersecting: true }]))
  }
  observe(): void {}
  disconnect(): void {}
}
vi.stubGlobal('IntersectionObserver', FakeObserver)

/** A store that shows {@link disk}, what tells it of events, and the element that it is of. */
async function createStore(): Promise<{
  store: PanelStore
  tell: (...events: DiskCacheEvent[]) => void
  host: { nextFrame: () => Promise<void> }
}> {
  let tell: ((events: readonly DiskCacheEvent[]) => void) | undefined
  const source: PanelSource = {
    ...createPanelSource(createFakeCache()),
    snapshot: async () => ({
      ...(await createPanelSource(createFakeCache()).snapshot()),
      disks: [disk],
    }),
    subscribe(listener) {
      tell = listener
      return () => {}
    },
  }
  const host = { isConnected: true, requestUpdate: () => {}, nextFrame: () => Promise.resolve() }
  const store = new PanelStore(host as unknown as ConstructorParameters<typeof PanelStore>[0], {
    onEvents: () => {},
    onError: (error) => {
      throw error
    },
  })
  store.connect()
  store.follow(source)
  await vi.waitUntil(() => store.snapshot !== undefined)
  return { store, host, tell: (...events) => tell?.(events) }
}

test('what happens to a version that waits is not shown in the map of the one that is read', async () => {
  const { store, tell } = await createStore()
  const fetching = { type: 'fetching', url, ranges: [{ start: 512, end: 1024 }] } as const
  tell({ ...fetching, generation: 'new' })
  expect([...(store.modelOf(url)?.arriving ?? [1])]).toEqual([])
  tell({ ...fetching, generation: 'old' })
  expect([...(store.modelOf(url)?.arriving ?? [])]).toEqual([1])
  tell({ ...fetching, type: 'stored', generation: 'new' })
  expect([...(store.modelOf(url)?.arriving ?? [])]).toEqual([1])
  tell({ ...fetching, type: 'stored', generation: 'old' })
  expect([...(store.modelOf(url)?.arriving ?? [1])]).toEqual([])
})

test('what is stored is worked out once for a snapshot, not in every frame', async () => {
  const { store } = await createStore()
  expect(store.modelOf(url)?.stored).toEqual([{ first: 0, end: 1 }])
  expect(store.modelOf(url)?.stored).toBe(store.modelOf(url)?.stored)
})

test('goes on in another window, when the one that it was in was closed and has no frames any more', async () => {
  const { store, host, tell } = await createStore()
  const { nextFrame } = host
  const waitForFrame = vi.fn(() => new Promise<void>(() => undefined))
  host.nextFrame = waitForFrame
  tell({ type: 'gap' })
  await vi.waitUntil(() => waitForFrame.mock.calls.length > 0)
  store.disconnect()
  host.nextFrame = nextFrame
  const { snapshot } = store
  store.connect()
  await vi.waitUntil(() => store.snapshot !== snapshot)
})
