import type { OptionsRecord } from '../../src/storage/catalog-schema.ts'
import type { DiskStore } from '../../src/storage/disk-store.ts'
import type { SpaceDemand } from '../../src/storage/free-space.ts'

/** A store of which nothing is there but its size. */
export interface FakeStore extends DiskStore {
  /** Bytes that are stored. */
  used: number
  /** Whether something was given up whose data is there still. */
  buried: boolean
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
    buried: false,
    afterCount: async () => undefined,
    counts: 0,
    frees: 0,
    sweeps,
    async countStored() {
      store.counts++
      const bytes = store.used
      return { bytes, byDisk: new Map([['https://example.test/a.img', bytes]]) }
    },
    async free({ wanted }: SpaceDemand) {
      store.frees++
      const bytes = Math.min(freeable, Math.max(0, wanted(store.used)))
      freeable -= bytes
      store.used -= bytes
      await store.afterCount()
      return { storedBytes: store.used, evictions: [] }
    },
    sweep: async () => void sweeps.push('due'),
    async sweepAll() {
      sweeps.push('all')
      const hadSome = store.buried
      store.buried = false
      return hadSome
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
