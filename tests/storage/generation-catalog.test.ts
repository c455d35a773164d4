import { beforeEach, expect, test } from 'vitest'

import type { GenerationIdentity } from '../../src/core/generation-identity.ts'
import { createSessionCatalog } from '../../src/storage/session-catalog.ts'
import { clearStorage, listTombstones, withCatalog } from './raw-storage.ts'
import { connect, found } from './test-store.ts'

beforeEach(clearStorage)

const url = found().url

function version(etag: string, sizeBytes = 4096): { identity: GenerationIdentity } {
  return { identity: { validator: { kind: 'strong', etag }, sizeBytes } }
}

test('makes the first generation of a disk active, and keeps what was found', async () => {
  const { generations } = connect('idb')
  const record = await generations.ensure(found())
  expect(record).toEqual({ ...found(), id: record.id, state: 'active' })
  expect(record.id).toMatch(/^[0-9a-f-]{36}$/)
  expect(await connect('idb').generations.list(url)).toEqual([record])
})

test('finds the generation with the same identity again, whatever else was found', async () => {
  const { generations } = connect('idb')
  const record = await generations.ensure(found())
  const again = await generations.ensure(found({ chunkSize: 4096, backend: 'opfs', headers: {} }))
  expect(again).toEqual({ ...record, receivedAt: found().createdAt })
  expect(await generations.list()).toEqual([again])
})

test('gives a generation that is found again the newer header fields', async () => {
  const { generations } = connect('idb')
  await generations.ensure(found({ headers: { etag: '"a"', age: '9', expires: 'then' } }))
  const headers = { etag: '"a"', date: 'now' }
  const again = await generations.ensure(found({ headers, createdAt: 1_800_000_000_000 }))
  expect(again).toMatchObject({ createdAt: found().createdAt, receivedAt: 1_800_000_000_000 })
  expect(again.headers).toEqual({ etag: '"a"', date: 'now', expires: 'then' })
})

test('a write marks all generations of the disk, until each is found again', async () => {
  const { generations } = connect('idb')
  await generations.ensure(found(version('"a"')))
  await generations.ensure(found(version('"b"')))
  await generations.requireValidation(url)
  const marks = async (): Promise<(true | undefined)[]> =>
    (await connect('idb').generations.list(url)).map(({ needsValidation }) => needsValidation)
  expect(await marks()).toEqual([true, true])
  // What was seen before the write says nothing of what is there now.
  await generations.ensure(found({ ...version('"b"'), needsValidation: true }))
  expect(await marks()).toEqual([true, true])
  const seen = await generations.ensure(found(version('"b"')))
  expect(seen.needsValidation).toBe(undefined)
  expect((await marks()).filter((mark) => mark === true)).toHaveLength(1)
})

test('makes one generation when two workers find it at the same time', async () => {
  const workers = Array.from({ length: 6 }, () => connect('idb'))
  const records = await Promise.all(workers.map(({ generations }) => generations.ensure(found())))
  expect(new Set(records.map(({ id }) => id)).size).toBe(1)
  expect(await connect('idb').generations.list()).toHaveLength(1)
})

test('makes one active generation when two workers find different ones at the same time', async () => {
  const [first, second] = [connect('idb'), connect('idb')]
  await Promise.all([
    first.generations.ensure(found(version('"a"'))),
    second.generations.ensure(found(version('"b"'))),
  ])
  const states = (await first.generations.list(url)).map(({ state }) => state)
  expect(states.sort()).toEqual(['active', 'waiting'])
})

test('lets a second generation wait', async () => {
  const { generations } = connect('idb')
  const active = await generations.ensure(found(version('"a"')))
  const waiting = await generations.ensure(found(version('"b"')))
  expect([active.state, waiting.state]).toEqual(['active', 'waiting'])
  expect(waiting.id).not.toBe(active.id)
})

test.each([
  ['another size', version('"a"', 8192)],
  ['a weak tag of the same text', { identity: { validator: { kind: 'weak', etag: 'W/"a"' } } }],
] as const)('takes %s for another generation', async (_, change) => {
  const { generations } = connect('idb')
  const first = await generations.ensure(found(version('"a"')))
  const identity = { sizeBytes: 4096, ...change.identity }
  const second = await generations.ensure(found({ identity }))
  expect(second.id).not.toBe(first.id)
})

test('gives up the waiting generation for a newer one', async () => {
  const { generations } = connect('idb')
  const active = await generations.ensure(found(version('"a"')))
  const overtaken = await generations.ensure(found(version('"b"')))
  const waiting = await generations.ensure(found(version('"c"')))
  const ids = (await generations.list(url)).map(({ id }) => id)
  expect(ids.sort()).toEqual([active.id, waiting.id].sort())
  expect(await listTombstones()).toMatchObject([{ generation: overtaken.id, backend: 'idb' }])
})

test('retires a waiting generation that is overtaken, if a session began on it', async () => {
  const { catalog, generations } = connect('idb')
  const sessions = createSessionCatalog(catalog)
  await generations.ensure(found(version('"a"')))
  const overtaken = await generations.ensure(found(version('"b"')))
  await sessions.bind({ clientId: 'page', url, identity: overtaken.identity })
  const waiting = await generations.ensure(found(version('"c"')))
  await sessions.bind({ clientId: 'other', url, identity: waiting.identity })
  await generations.ensure(found(version('"d"')))
  const states = (await generations.list(url)).map(({ state }) => state)
  expect(states.sort()).toEqual(['active', 'retired', 'retired', 'waiting'])
  expect(await listTombstones()).toEqual([])
})

test('activates the waiting generation, and retires the one that was active', async () => {
  const { generations } = connect('idb')
  const old = await generations.ensure(found(version('"a"')))
  const other = await generations.ensure(found({ url: 'https://example.test/b.img' }))
  const waiting = await generations.ensure(found(version('"b"')))
  expect(await generations.activate(waiting.id)).toEqual({ ...waiting, state: 'active' })
  const states = new Map((await generations.list(url)).map(({ id, state }) => [id, state]))
  expect([...states.values()].sort()).toEqual(['active', 'retired'])
  expect([states.get(old.id), states.get(waiting.id)]).toEqual(['retired', 'active'])
  expect(await generations.list(other.url)).toEqual([other])
  expect(await listTombstones()).toEqual([])
})

test('gives up a waiting generation when a retired one is activated, and keeps what is retired', async () => {
  const { generations } = connect('idb')
  const old = await generations.ensure(found(version('"a"')))
  const next = await generations.ensure(found(version('"b"')))
  await generations.activate(next.id)
  const waiting = await generations.ensure(found(version('"c"')))
  await generations.activate(old.id)
  const states = new Map((await generations.list(url)).map(({ id, state }) => [id, state]))
  expect(Object.fromEntries(states)).toEqual({ [old.id]: 'active', [next.id]: 'retired' })
  expect(await listTombstones()).toMatchObject([{ generation: waiting.id }])
})

test('lets a retired generation wait again when the origin has gone back to it', async () => {
  const { generations } = connect('idb')
  const old = await generations.ensure(found(version('"a"')))
  const next = await generations.ensure(found(version('"b"')))
  await generations.activate(next.id)
  expect(await generations.ensure(found(version('"a"')))).toMatchObject({
    id: old.id,
    state: 'waiting',
  })
})

test('finds a retired generation again as the active one, if there is no other', async () => {
  const { generations } = connect('idb')
  await generations.ensure(found(version('"a"')))
  const next = await generations.ensure(found(version('"b"')))
  await generations.activate(next.id)
  await generations.remove(next.id)
  expect(await generations.ensure(found(version('"a"')))).toMatchObject({ state: 'active' })
})

test('activates the active generation without giving it up', async () => {
  const { generations } = connect('idb')
  const active = await generations.ensure(found())
  expect(await generations.activate(active.id)).toEqual(active)
  expect(await listTombstones()).toEqual([])
})

test('has nothing to activate when the generation is gone', async () => {
  const { generations } = connect('idb')
  const active = await generations.ensure(found())
  expect(await generations.activate('no such id')).toBe(undefined)
  expect(await generations.list()).toEqual([active])
})

test('removes a generation with its coverage, once', async () => {
  const { generations, open } = connect('idb')
  const record = await generations.ensure(found())
  const other = await generations.ensure(found({ url: 'https://example.test/b.img' }))
  for (const one of [record, other]) {
    await (await open(one)).commit([{ index: 0, bytes: new Uint8Array(512).fill(1) }])
  }
  await generations.remove(record.id)
  await generations.remove(record.id)
  expect(await generations.list()).toEqual([{ ...other, storedBytes: 512 }])
  expect(await withCatalog((db) => db.getAllKeys('pages'))).toEqual([[other.id, 0]])
  const [tombstone, ...more] = await listTombstones()
  expect([tombstone?.generation, tombstone?.runs, more]).toEqual([record.id, undefined, []])
})

test('keeps a generation that is to go as a retired one when the origin has gone back to it meanwhile', async () => {
  const { generations } = connect('idb')
  const old = await generations.ensure(found(version('"a"')))
  await generations.activate((await generations.ensure(found(version('"b"')))).id)
  // Another worker, or a session that begins, finds it while somebody goes through what was retired.
  await connect('idb').generations.ensure(found(version('"a"')))
  await generations.remove(old.id, 'retired')
  await generations.activate(old.id)
  await generations.remove(old.id, 'retired')
  expect(await generations.list(url)).toContainEqual(
    expect.objectContaining({ id: old.id, state: 'active' }),
  )
  for (const { id } of await generations.list(url)) await generations.remove(id, 'retired')
  expect(await generations.list(url)).toMatchObject([{ id: old.id }])
})

test('never uses the id of a generation again', async () => {
  const { generations } = connect('idb')
  const before = await generations.ensure(found())
  await generations.remove(before.id)
  const after = await generations.ensure(found())
  expect(after.id).not.toBe(before.id)
  expect(after.state).toBe('active')
})

test('lists the generations of one disk, or of all', async () => {
  const { generations } = connect('idb')
  const one = await generations.ensure(found())
  const two = await generations.ensure(found({ url: 'https://example.test/b.img' }))
  expect(await generations.list('https://example.test/none.img')).toEqual([])
  expect(await generations.list(two.url)).toEqual([two])
  expect((await generations.list()).map(({ id }) => id).sort()).toEqual([one.id, two.id].sort())
})

test('adds tags to a disk, each once, also when two workers do', async () => {
  const [first, second] = [connect('idb').generations, connect('idb').generations]
  await Promise.all([first.tag(url, ['a', 'b']), second.tag(url, ['b', 'c'])])
  const [disk, ...others] = await first.disks()
  expect(others).toEqual([])
  expect([disk?.url, [...(disk?.tags ?? [])].sort()]).toEqual([url, ['a', 'b', 'c']])
})

test('remembers when a disk was used, and keeps its tags', async () => {
  const { generations } = connect('idb')
  await generations.tag(url, ['a'])
  const before = Date.now()
  await generations.touch(url)
  const [disk] = await generations.disks()
  expect(disk?.tags).toEqual(['a'])
  expect(disk?.lastUsedAt).toBeGreaterThanOrEqual(before)
})

test('forgets the disks that it is told to', async () => {
  const { generations } = connect('idb')
  for (const name of ['a', 'b', 'c']) await generations.touch(`https://example.test/${name}`)
  await generations.forgetDisks(['https://example.test/a', 'https://example.test/c'])
  expect((await generations.disks()).map((disk) => disk.url)).toEqual(['https://example.test/b'])
})
