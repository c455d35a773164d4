import { beforeEach, expect, test, vi } from 'vitest'

import { createCatalogConnection } from '../../src/storage/catalog-connection.ts'
import { createSessionCatalog, sessionMemoryMs } from '../../src/storage/session-catalog.ts'
import type { SessionRecord } from '../../src/storage/catalog-schema.ts'
import type { SessionCatalog } from '../../src/storage/session-catalog.ts'
import { clearStorage, withCatalog } from './raw-storage.ts'

beforeEach(clearStorage)

const url = 'https://example.test/disks/a.img'
const identity = { validator: { kind: 'strong', etag: '"a"' }, sizeBytes: 512 } as const

function connectSessions(): SessionCatalog {
  return createSessionCatalog(createCatalogConnection())
}

async function change(clientId: string, fields: Partial<SessionRecord>): Promise<void> {
  await withCatalog(async (db) => {
    const session = await db.get('sessions', [clientId, url])
    if (session === undefined) throw new Error(`There is no session of ${clientId}`)
    await db.put('sessions', { ...session, ...fields })
  })
}

test('knows over restarts which generation a client reads', async () => {
  await connectSessions().bind({ clientId: 'page', url, identity })
  const sessions = connectSessions()
  expect(await sessions.get('page', url)).toEqual(identity)
  expect(await sessions.get('page', `${url}2`)).toBe(undefined)
  expect(await sessions.get('other page', url)).toBe(undefined)
})

test('binds a client to one generation of each disk: the first', async () => {
  const sessions = connectSessions()
  const other = { ...identity, sizeBytes: 1024 }
  expect(await sessions.bind({ clientId: 'page', url, identity })).toEqual(identity)
  expect(await sessions.bind({ clientId: 'page', url, identity: other })).toEqual(identity)
  expect(await sessions.bind({ clientId: 'page', url: `${url}2`, identity: other })).toEqual(other)
  expect(await sessions.get('page', url)).toEqual(identity)
})

test('binds a client to one generation when two workers do so at the same time', async () => {
  const identities = [1, 2, 3, 4].map((size) => ({ ...identity, sizeBytes: size }))
  const bound = await Promise.all(
    identities.map((one) => connectSessions().bind({ clientId: 'page', url, identity: one })),
  )
  expect(new Set(bound.map(({ sizeBytes }) => sizeBytes)).size).toBe(1)
  expect(await connectSessions().get('page', url)).toEqual(bound[0])
})

test('binds a client anew when it is told to', async () => {
  const sessions = connectSessions()
  const other = { ...identity, sizeBytes: 1024 }
  await sessions.bind({ clientId: 'page', url, identity })
  const options = { replace: true }
  expect(await sessions.bind({ clientId: 'page', url, identity: other }, options)).toEqual(other)
  expect(await sessions.get('page', url)).toEqual(other)
})

test('a session that cannot be committed counts all the same, and is committed later', async () => {
  const catalog = createCatalogConnection()
  let isFull = true
  const sessions = createSessionCatalog({
    ...catalog,
    use: (what, work) =>
      isFull && what === 'Storing a session'
        ? Promise.reject(new Error('full'))
        : catalog.use(what, work),
  })
  expect(sessions.commitRest()).toBe(undefined)
  await expect(sessions.bind({ clientId: 'page', url, identity })).rejects.toThrow('full')
  const other = { ...identity, sizeBytes: 1024 }
  await expect(sessions.bind({ clientId: 'page', url, identity: other })).rejects.toThrow('full')
  expect(await sessions.get('page', url)).toEqual(identity)
  for (const listed of [await sessions.ofDisk(url), await sessions.list()]) {
    expect(listed.map(({ clientId }) => clientId)).toEqual(['page'])
  }
  expect(await sessions.ofDisk(`${url}2`)).toEqual([])
  await sessions.commitRest()
  expect(await connectSessions().get('page', url)).toBe(undefined)
  isFull = false
  const failedMs = performance.now()
  expect(sessions.commitRest()).toBe(undefined)
  vi.spyOn(performance, 'now').mockReturnValue(failedMs + 1000)
  await sessions.commitRest()
  vi.restoreAllMocks()
  expect(sessions.commitRest()).toBe(undefined)
  expect(await connectSessions().get('page', url)).toEqual(identity)
  expect(await sessions.list()).toHaveLength(1)
})

test('a session that is kept is committed again where it is gone, and only there', async () => {
  const sessions = connectSessions()
  const other = { ...identity, sizeBytes: 1024 }
  await sessions.bind({ clientId: 'page', url, identity })
  sessions.keep({ clientId: 'page', url, identity: other })
  sessions.keep({ clientId: 'lost', url, identity: other })
  sessions.keep({ clientId: 'released', url, identity })
  await sessions.remove('released', url)
  await sessions.commitRest()
  const committed = await connectSessions().list()
  expect(committed.map((session) => [session.clientId, session.identity])).toEqual([
    ['lost', other],
    ['page', identity],
  ])
})

test('lists the clients of a disk', async () => {
  const sessions = connectSessions()
  for (const clientId of ['a', 'b']) await sessions.bind({ clientId, url, identity })
  await sessions.bind({ clientId: 'c', url: `${url}2`, identity })
  expect((await sessions.ofDisk(url)).map(({ clientId }) => clientId)).toEqual(['a', 'b'])
})

test('forgets a client a week after it was found to be gone, however long it had been there', async () => {
  const sessions = connectSessions()
  const clients = ['gone lately', 'gone long ago', 'alive']
  for (const clientId of clients) {
    await sessions.bind({ clientId, url, identity })
    await change(clientId, { startedAt: Date.now() - 5 * sessionMemoryMs })
  }
  const remembered = async (): Promise<string[]> =>
    (await sessions.ofDisk(url)).map(({ clientId }) => clientId)
  await sessions.sweep(new Set(['alive']))
  expect(await remembered()).toEqual(['alive', 'gone lately', 'gone long ago'])
  await change('gone long ago', { vanishedAt: Date.now() - sessionMemoryMs - 1 })
  await change('gone lately', { vanishedAt: Date.now() - sessionMemoryMs + 60_000 })
  await sessions.sweep(new Set(['alive']))
  expect(await remembered()).toEqual(['alive', 'gone lately'])
})

test('a client that comes back out of the back-forward cache was never gone', async () => {
  const sessions = connectSessions()
  await sessions.bind({ clientId: 'page', url, identity })
  await sessions.sweep(new Set())
  await change('page', { vanishedAt: Date.now() - sessionMemoryMs + 1000 })
  await sessions.sweep(new Set(['page']))
  const [session] = await sessions.ofDisk(url)
  expect(session).not.toHaveProperty('vanishedAt')
})
