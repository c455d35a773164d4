import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { profileBlockBytes } from '../../src/core/boot-profile.ts'
import type { BootProfile } from '../../src/core/boot-profile.ts'
import { DiskCacheError } from '../../src/core/errors.ts'
import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import type { Discovered } from '../../src/worker/discover-generation.ts'
import type { DiskRead } from '../../src/worker/disk-reader.ts'
import { createSessionStart, startLimitMs } from '../../src/worker/session-start.ts'
import type { StartAnswer } from '../../src/worker/session-start.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const active: GenerationRecord = {
  id: 'a',
  url: 'https://example.test/a.img',
  identity: { validator: { kind: 'strong', etag: '"a"' }, sizeBytes: 2048 },
  state: 'active',
  chunkSize: 512,
  backend: 'idb',
  acceptsRanges: true,
  headers: {},
  createdAt: 0,
}

const block = profileBlockBytes

const profile: BootProfile = {
  schema: 'sectorcache.boot-profile.v1',
  sizeBytes: 4 * block,
  boots: 1,
  reads: [
    [2 * block, block, 0],
    [0, block, 1],
  ],
}

const beyond: BootProfile = { ...profile, sizeBytes: 9 * block, reads: [[4 * block, block, 0]] }

const found: Discovered = { kind: 'generation', identity: active.identity, record: active }

function start(
  discover: () => Promise<Discovered>,
  {
    isComplete = async () => false,
    canAsk = true,
    headers = {},
    finished = undefined as BootProfile | undefined,
    stored = [] as number[],
    isOld = false,
  } = {},
) {
  const discovery = {
    discoverAnew: vi.fn((_read: DiskRead) => discover()),
    canAsk: () => canAsk,
    noteSilence: vi.fn<() => void>(),
  }
  const grid = { sizeBytes: 4 * block, chunkSize: block }
  const isStored = (index: number): boolean => stored.includes(index)
  const generation = { isComplete, grid, loadPages: () => undefined, isStored }
  const find = async () => ({ finished, unfinished: profile, beside: undefined })
  const store = { open: () => generation, boots: { find } }
  const begin = createSessionStart({ store, discovery })
  const ask = (read: Partial<DiskRead> = {}, use = 'default'): Promise<StartAnswer> =>
    begin.ask(
      { clientId: 'page', offset: 0, access: { use }, ...read } as DiskRead,
      { ...active, headers },
      isOld,
    )
  return { ask, discovery }
}

test.each([0, 600, undefined])(
  'asks for nothing but what there is, wanting byte %s',
  async (offset) => {
    const { ask, discovery } = start(async () => found)
    expect(await ask({ offset })).toEqual({ kind: 'found', found })
    expect(discovery.discoverAnew.mock.calls).toMatchObject([
      [{ offset: undefined, access: { isPatient: false } }],
    ])
  },
)

test.each([
  ['navigations and prefetches', {}, { clientId: '' }],
  ['what is wholly stored', { isComplete: async () => true }, {}],
  ['what covers the boots that came to rest', { finished: profile, stored: [0, 2] }, {}],
  ['what is immutable', { headers: { 'cache-control': 'immutable' } }, {}],
])('does not ask for %s', async (_, options, read) => {
  const { ask, discovery } = start(async () => found, options)
  expect(await ask(read)).toEqual({ kind: 'unasked' })
  expect(discovery.discoverAnew).not.toHaveBeenCalled()
})

test.each([
  ['will do if it covers boots', 'unasked', { finished: profile, stored: [0, 2] }, {}],
  [
    'may lack something though it is immutable',
    'unknown',
    { headers: { 'cache-control': 'immutable' } },
    {},
  ],
  ['may lack something that a navigation reads', 'unknown', {}, { clientId: '' }],
])('an active version whose origin cannot be asked %s', async (_, kind, options, read) => {
  const { ask } = start(async () => found, { ...options, canAsk: false })
  expect(await ask(read)).toEqual({ kind })
})

test.each([
  ['a chunk of a boot is missing', { finished: profile, stored: [0, 1, 3] }],
  ['no boot has come to rest', { stored: [0, 2] }],
  ['the origin has another version', { finished: profile, stored: [0, 2], isOld: true }],
  ['those that came to rest read behind the end of this version', { finished: beyond }],
  ['those that came to rest read nothing', { finished: { ...profile, reads: [] } }],
])('asks when %s', async (_, options) => {
  const { ask } = start(async () => found, options)
  expect(await ask()).toMatchObject({ kind: 'found' })
})

test('looks once what is stored, though it takes two questions', async () => {
  const isComplete = vi.fn(async () => false)
  const { ask } = start(async () => found, { isComplete, canAsk: false })
  expect(await ask()).toEqual({ kind: 'unknown' })
  expect(isComplete).toHaveBeenCalledTimes(1)
  const complete = vi.fn(async () => true)
  const other = start(async () => found, { isComplete: complete, canAsk: false })
  expect(await other.ask()).toEqual({ kind: 'unasked' })
  expect(complete).toHaveBeenCalledTimes(1)
})

test('cannot know where it may not ask', async () => {
  const silent = start(async () => found, { canAsk: false })
  expect(await silent.ask()).toEqual({ kind: 'unknown' })
  const { ask, discovery } = start(async () => found)
  expect(await ask({}, 'only-stored')).toEqual({ kind: 'unknown' })
  expect(discovery.discoverAnew).not.toHaveBeenCalled()
})

test('asks when the catalog cannot say what is stored', async () => {
  const { ask } = start(async () => found, {
    isComplete: () => Promise.reject(new Error('broken')),
  })
  expect(await ask()).toMatchObject({ kind: 'found' })
})

test('waits no longer than its limit, and remembers that the origin was silent', async () => {
  const { ask, discovery } = start(() => new Promise(() => undefined))
  const answer = ask()
  await vi.advanceTimersByTimeAsync(startLimitMs - 1)
  expect(discovery.noteSilence).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(await answer).toEqual({ kind: 'unknown' })
  expect(discovery.noteSilence).toHaveBeenCalledOnce()
})

test('goes on with what is stored, whatever the origin refuses with', async () => {
  const refused = new DiskCacheError('origin-status', 'gone', { details: { status: 404 } })
  const { ask, discovery } = start(() => Promise.reject(refused))
  expect(await ask()).toEqual({ kind: 'unknown' })
  expect(discovery.noteSilence).not.toHaveBeenCalled()
})
