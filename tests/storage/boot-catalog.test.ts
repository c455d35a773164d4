import { beforeEach, expect, test } from 'vitest'

import { bootProfileSchema, profileBlockBytes as block } from '../../src/core/boot-profile.ts'
import type { BootProfile } from '../../src/core/boot-profile.ts'
import { createBootCatalog, quietMs, surelyOverAt } from '../../src/storage/boot-catalog.ts'
import type { BootCatalog, NotedBoot } from '../../src/storage/boot-catalog.ts'
import { createCatalogConnection } from '../../src/storage/catalog-connection.ts'
import { createGenerationCatalog } from '../../src/storage/generation-catalog.ts'
import { replaceBoots } from '../../src/storage/replace-boots.ts'
import { createSessionCatalog } from '../../src/storage/session-catalog.ts'
import { clearStorage } from './raw-storage.ts'

beforeEach(clearStorage)

const url = 'https://example.test/disks/a.img'
const identity = { validator: { kind: 'strong', etag: '"a"' }, sizeBytes: 100 * block } as const

function connectBoots(): BootCatalog {
  return createBootCatalog(createCatalogConnection())
}

/** A boot that reads these blocks, one each second. */
function profileOf(blocks: readonly number[]): BootProfile {
  const reads = blocks.map((at, order) => [at * block, block, order * 1000] as const)
  return { schema: bootProfileSchema, sizeBytes: 100 * block, boots: 1, reads }
}

async function begin(clientId: string): Promise<void> {
  const sessions = createSessionCatalog(createCatalogConnection())
  await sessions.bind({ clientId, url, identity })
}

function bootOf(
  clientId: string,
  blocks: readonly number[],
  more: Partial<NotedBoot> = {},
): NotedBoot {
  const startedAt = more.startedAt ?? Date.now()
  return { url, clientId, startedAt, lastNewAt: startedAt, profile: profileOf(blocks), ...more }
}

function blocksOf(profile: BootProfile | undefined): number[] | undefined {
  return profile?.reads.map(([offset]) => offset / block)
}

test('a boot is merged with others of its kind: those that came to rest, and those that did not', async () => {
  const boots = connectBoots()
  for (const [client, blocks, isOver] of [
    ['a', [5, 1], true],
    ['b', [5, 1, 7], true],
    ['c', [9, 3], false],
  ] as const) {
    await begin(client)
    expect(await boots.note(bootOf(client, blocks, isOver ? { isOver } : {}))).toBe(true)
  }
  const known = await connectBoots().find(url)
  expect([blocksOf(known.finished), known.finished?.boots]).toEqual([[5, 1, 7], 2])
  expect(blocksOf(known.unfinished)).toEqual([9, 3])
  expect((await boots.find(`${url}2`)).unfinished).toBeUndefined()
})

test('another worker goes on with a boot, but not with one that is over, or began long ago', async () => {
  await begin('a')
  const startedAt = Date.now()
  await connectBoots().note(bootOf('a', [5, 1], { startedAt, lastNewAt: startedAt + 1000 }))
  const later = connectBoots()
  const next = { startedAt: startedAt + 3000 }
  expect(await later.note(bootOf('a', [1, 8], next))).toBe(true)
  expect(await later.note(bootOf('a', [1, 8, 2], { ...next, isOver: true }))).toBe(true)
  expect((await later.find(url)).finished?.reads).toEqual([
    [5 * block, block, 0],
    [block, block, 1000],
    [8 * block, block, 4000],
    [2 * block, block, 5000],
  ])
  const overAt = surelyOverAt({ startedAt, lastNewAt: startedAt + 3000 })
  expect(await connectBoots().note(bootOf('a', [3, 4], { startedAt: overAt }))).toBe(false)
  await begin('b')
  const late = { startedAt: Date.now() + quietMs }
  expect(await later.note(bootOf('b', [3, 4], late))).toBe(false)
  expect(await later.note(bootOf('stranger', [3, 4]))).toBe(false)
})

test('what is read soon after a boot came to rest is added to it, and does not put off its end', async () => {
  const boots = connectBoots()
  await begin('a')
  const [startedAt, lastNewAt] = [Date.now(), Date.now() + 5000]
  await boots.note(bootOf('a', [5, 1], { startedAt, lastNewAt, isOver: true }))
  const overAt = surelyOverAt({ startedAt, lastNewAt })
  // It stays one that came to rest, whatever becomes of its page.
  expect(await boots.note(bootOf('a', [1, 8], { startedAt: overAt - 1000 }))).toBe(true)
  expect(blocksOf((await connectBoots().find(url)).finished)).toEqual([5, 1, 8])
  expect(await boots.note(bootOf('a', [2], { startedAt: overAt }))).toBe(false)
})

test('who has but looked what there is may boot at any time', async () => {
  const boots = connectBoots()
  await begin('a')
  const startedAt = Date.now()
  expect(await boots.note(bootOf('a', [0], { startedAt }))).toBe(true)
  const late = { startedAt: startedAt + 3_600_000 }
  expect(await boots.note(bootOf('a', [7, 2], late))).toBe(true)
  expect(blocksOf((await boots.find(url)).unfinished)).toEqual([7, 2])
})

test('of many boots a few stay, those that came to rest before others', async () => {
  const boots = connectBoots()
  const at = Date.now()
  for (const [order, client] of ['a', 'b', 'c', 'd', 'e', 'f', 'g'].entries()) {
    await begin(client)
    const isOver = order < 4 && ({ isOver: true } as const)
    await boots.note(bootOf(client, [order, 50], { startedAt: at + order, ...isOver }))
  }
  const { finished, unfinished } = await boots.find(url)
  expect([finished?.boots, unfinished?.boots]).toEqual([4, 1])
  expect(blocksOf(unfinished)).toEqual([6, 50])
})

test('what was recorded by hand takes the place of all others, and of what its session reads later', async () => {
  const catalog = createCatalogConnection()
  const boots = createBootCatalog(catalog)
  await begin('a')
  const boot = bootOf('a', [1, 2])
  await boots.note(boot)
  await boots.keepBeside(url, { generation: 'g', profile: profileOf([4]) })
  await replaceBoots(catalog, url, profileOf([9]))
  expect(await boots.note({ ...boot, profile: profileOf([1, 2, 3]) })).toBe(false)
  const { finished, unfinished, beside } = await boots.find(url)
  expect([blocksOf(finished), unfinished, beside?.generation]).toEqual([[9], undefined, 'g'])
  await begin('b')
  expect(await boots.note(bootOf('b', [8, 9], { isOver: true }))).toBe(true)
  expect((await boots.find(url)).finished?.boots).toBe(2)
})

test('that nothing lies beside a disk is kept; and all is forgotten with the disk', async () => {
  const boots = connectBoots()
  await begin('a')
  await boots.note(bootOf('a', [1, 2]))
  await boots.keepBeside(url, { generation: 'g', profile: undefined })
  const { beside } = await boots.find(url)
  expect([beside?.generation, beside?.profile]).toEqual(['g', undefined])
  await createGenerationCatalog(createCatalogConnection()).forgetDisks([url])
  expect(await boots.find(url)).toEqual({})
})
