import { beforeEach, expect, test } from 'vitest'

import { createCatalogConnection } from '../../src/storage/catalog-connection.ts'
import { createSessionCatalog, sessionMemoryMs } from '../../src/storage/session-catalog.ts'
import type { SessionCatalog } from '../../src/storage/session-catalog.ts'
import { clearStorage, withCatalog } from './raw-storage.ts'

beforeEach(clearStorage)

const url = 'https://example.test/disks/a.img'
const identity = { validator: { kind: 'strong', etag: '"a"' }, sizeBytes: 512 } as const

function connectSessions(): SessionCatalog {
  return createSessionCatalog(createCatalogConnection())
}

async function makeOlder(clientId: string, byMs: number): Promise<void> {
  await withCatalog(async (db) => {
    const session = await db.get('sessions', [clientId, url])
    if (session === undefined) throw new Error(`There is no session of ${clientId}`)
    await db.put('sessions', { ...session, startedAt: Date.now() - byMs })
  })
}

test('knows over restarts which generation a client reads', async () => {
  await connectSessions().put({ clientId: 'page', url, identity })
  const sessions = connectSessions()
  expect(await sessions.get('page', url)).toEqual(identity)
  expect(await sessions.get('page', `${url}2`)).toBe(undefined)
  expect(await sessions.get('other page', url)).toBe(undefined)
})

test('has one generation for each client and disk: the last', async () => {
  const sessions = connectSessions()
  await sessions.put({ clientId: 'page', url, identity })
  await sessions.put({ clientId: 'page', url, identity: { ...identity, sizeBytes: 1024 } })
  await sessions.put({ clientId: 'page', url: `${url}2`, identity })
  expect((await sessions.get('page', url))?.sizeBytes).toBe(1024)
  expect((await sessions.get('page', `${url}2`))?.sizeBytes).toBe(512)
})

test('lists the clients of a disk', async () => {
  const sessions = connectSessions()
  for (const clientId of ['a', 'b']) await sessions.put({ clientId, url, identity })
  await sessions.put({ clientId: 'c', url: `${url}2`, identity })
  expect((await sessions.ofDisk(url)).map(({ clientId }) => clientId)).toEqual(['a', 'b'])
})

test('forgets old sessions, except those of clients that live', async () => {
  const sessions = connectSessions()
  const ages = {
    young: sessionMemoryMs - 60_000,
    old: sessionMemoryMs + 1,
    alive: 2 * sessionMemoryMs,
  }
  for (const [clientId, ageMs] of Object.entries(ages)) {
    await sessions.put({ clientId, url, identity })
    await makeOlder(clientId, ageMs)
  }
  await sessions.sweep(new Set(['alive']))
  expect((await sessions.ofDisk(url)).map(({ clientId }) => clientId)).toEqual(['alive', 'young'])
})

test('forgets all sessions', async () => {
  const sessions = connectSessions()
  await sessions.put({ clientId: 'page', url, identity })
  await sessions.clear()
  expect(await sessions.get('page', url)).toBe(undefined)
})
