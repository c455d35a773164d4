import { vi } from 'vitest'

import type { ResolvedOptions } from '../../src/core/options.ts'
import type { OptionsRecord } from '../../src/storage/catalog-schema.ts'
import type { DiskStore } from '../../src/storage/disk-store.ts'
import type { SpaceDemand } from '../../src/storage/free-space.ts'
import { createSpaceGuard } from '../../src/worker/space-guard.ts'
import type { SpaceGuard } from '../../src/worker/space-guard.ts'

/** The disk of a {@link FakeStore}. */
export const url = 'https://example.test/a.img'

/** What the browser says: to be changed by tests. */
export const estimate = { usage: 0, quota: 0 }

/** Lets time stand still, and a browser say {@link estimate}, for one test. To be called before it. @returns what ends that */
export function fakeBrowser(): () => void {
  vi.useFakeTimers()
  Object.assign(estimate, { usage: 0, quota: 100 * 2 ** 30 })
  vi.stubGlobal('self', { clients: { matchAll: async () => [] } })
  const storage = { estimate: async () => estimate, persisted: async () => false }
  vi.stubGlobal('navigator', { storage })
  return () => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  }
}

/** A guard before `store`. Hears `tell` of what is told, and of which disk. */
export function guardOf(
  store: FakeStore,
  budget: ResolvedOptions['budget'] = 1000,
  tell: (what: string) => void = () => undefined,
): SpaceGuard {
  return createSpaceGuard({
    wanted: () => budget,
    scope: '/',
    store,
    log: { emit: ({ type }) => tell(type) },
    announceChange: tell,
  })
}

/** Stores so many bytes that take room. */
export function write(store: FakeStore, guard: SpaceGuard, bytes: number): Promise<unknown> {
  return guard.store(bytes, async () => void (store.used += bytes))
}

/** A store of which nothing is there but its size. */
export interface FakeStore extends DiskStore {
  /** Bytes that are stored. */
  used: number
  /** Bytes that were given up, and are there still. */
  buried: number
  /** What happens while data is deleted. */
  duringSweep: () => Promise<void>
  /** What happens when all has been counted, and before that is known. */
  afterCount: () => Promise<void>
  /** How often all was counted, and something looked for that may go. */
  readonly counts: number
  readonly frees: number
  /** How what was given up was deleted. */
  readonly sweeps: readonly string[]
}

/**
 * Makes a {@link FakeStore}.
 *
 * @param facts - bytes that are stored, and of these, bytes that may go.
 */
export function createFakeStore(facts: { used: number; freeable?: number }): FakeStore {
  let { freeable = 0 } = facts
  let record: OptionsRecord = { options: {}, clients: [] }
  const sweeps: string[] = []
  const store = {
    used: facts.used,
    buried: 0,
    duringSweep: async () => undefined,
    afterCount: async () => undefined,
    counts: 0,
    frees: 0,
    sweeps,
    async countStored() {
      store.counts++
      const bytes = store.used
      return { bytes, byDisk: new Map([[url, bytes]]) }
    },
    async free({ wanted }: SpaceDemand) {
      store.frees++
      const counted = store.used
      await store.afterCount()
      const bytes = Math.min(freeable, Math.max(0, wanted(counted)))
      freeable -= bytes
      store.used -= bytes
      const evictions = bytes === 0 ? [] : [{ record: { url, id: 'g' }, chunks: 1, bytes }]
      return { storedBytes: counted - bytes, evictions }
    },
    async sweep() {
      sweeps.push('due')
      await store.duringSweep()
    },
    async sweepAll() {
      sweeps.push('all')
      await store.duringSweep()
      const bytes = store.buried
      store.buried = 0
      return { tombstones: bytes === 0 ? 0 : 1, bytes }
    },
    flushUses: async () => undefined,
    backendFor: async () => 'idb',
    generations: { list: async () => [] },
    sessions: { list: async () => [] },
    pins: { list: async () => new Map() },
    settings: {
      options: async () => record,
      updateOptions: async (_scope: string, update: (known: OptionsRecord) => OptionsRecord) =>
        (record = update(record)),
      resetAt: async () => undefined,
    },
  }
  return store as unknown as FakeStore
}
