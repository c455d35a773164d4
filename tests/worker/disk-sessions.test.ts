import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { GenerationIdentity } from '../../src/core/generation-identity.ts'
import { createDiskSessions } from '../../src/worker/disk-sessions.ts'
import type { WorkerContext } from '../../src/worker/worker-context.ts'

const url = 'https://disks.example/a.img'
const identity: GenerationIdentity = {
  validator: { kind: 'strong', etag: '"1"' },
  sizeBytes: 4096,
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('self', { clients: { matchAll: async () => [{ id: 'living' }] } })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Sessions in a catalog that takes nothing before it was asked to commit so many times. */
function createBench(refusals: number) {
  const kept: string[] = []
  let commits = 0
  const sessions = {
    bind: async () => identity,
    keep: ({ clientId }: { clientId: string }) => void kept.push(clientId),
    async commitRest() {
      commits++
    },
    get hasRest() {
      return commits <= refusals
    },
  }
  const context = {
    store: { sessions },
    log: { emit: () => undefined },
    space: { relieve: async () => true },
  } as unknown as WorkerContext
  return { disk: createDiskSessions(url, context), kept, commits: () => commits }
}

test('what was lost with the catalog is committed again for those who live, and that once', async () => {
  const { disk, kept, commits } = createBench(0)
  await disk.bind('living', identity)
  await disk.bind('gone', identity)
  await disk.commitAgain()
  expect([kept, commits()]).toEqual([['living'], 1])
})

test('while the browser is deleting still, it is tried again, though nobody reads', async () => {
  const { disk, commits } = createBench(3)
  await disk.bind('living', identity)
  const committed = disk.commitAgain()
  await vi.advanceTimersByTimeAsync(2999)
  expect(commits()).toBe(3)
  await vi.advanceTimersByTimeAsync(1)
  await committed
  expect(commits()).toBe(4)
})

test('where nothing can be committed, that is left to later reads after some seconds', async () => {
  const { disk, commits } = createBench(Infinity)
  await disk.bind('living', identity)
  const committed = disk.commitAgain()
  await vi.advanceTimersByTimeAsync(60_000)
  await committed
  expect(commits()).toBe(10)
})
