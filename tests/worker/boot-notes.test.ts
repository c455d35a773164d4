import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { profileBlockBytes as block } from '../../src/core/boot-profile.ts'
import type { NotedBoot } from '../../src/storage/boot-catalog.ts'
import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import { createBootNotes } from '../../src/worker/boot-notes.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const record = {
  url: 'https://example.test/a.img',
  identity: { validator: { kind: 'strong', etag: '"a"' }, sizeBytes: 1000 * block },
} as GenerationRecord

function listen(isBoot = true) {
  const noted: NotedBoot[] = []
  const onRest = vi.fn(async () => undefined)
  const catalog = {
    async note(boot: NotedBoot) {
      noted.push(boot)
      return isBoot
    },
  }
  const notes = createBootNotes(catalog, onRest)
  const read = (at: number, clientId = 'page'): void =>
    notes.note(record, clientId, { start: at * block, end: at * block + 512 })
  const blocks = (): number[] | undefined =>
    noted.at(-1)?.profile.reads.map(([offset]) => offset / block)
  return { notes, noted, read, blocks, onRest }
}

test('what is new is written once a second, and nothing else', async () => {
  const { noted, read, blocks } = listen()
  read(7)
  read(3)
  expect(noted).toEqual([])
  await vi.advanceTimersByTimeAsync(1000)
  expect(blocks()).toEqual([7, 3])
  expect(noted[0]).toMatchObject({ url: record.url, clientId: 'page', profile: { etag: '"a"' } })
  read(3)
  await vi.advanceTimersByTimeAsync(5000)
  expect(noted.length).toBe(1)
  read(5)
  await vi.advanceTimersByTimeAsync(1000)
  expect(blocks()).toEqual([7, 3, 5])
})

test('a boot comes to rest when nothing new was wanted for 20 s; what comes minutes later is no part of it', async () => {
  const { notes, noted, read, onRest } = listen()
  read(7)
  await vi.advanceTimersByTimeAsync(15_000)
  read(3)
  await vi.advanceTimersByTimeAsync(19_000)
  expect(noted.some(({ isOver }) => isOver)).toBe(false)
  expect(onRest).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(noted.at(-1)).toMatchObject({ isOver: true })
  expect(onRest).toHaveBeenCalledTimes(1)
  const before = noted.length
  await vi.advanceTimersByTimeAsync(100_000)
  read(9)
  await vi.advanceTimersByTimeAsync(30_000)
  await notes.flush()
  expect(noted.length).toBe(before)
})

test('what a guest reads after it has but computed for a while is told: the catalog adds it to the boot', async () => {
  const { noted, read, blocks } = listen()
  read(7)
  read(3)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(noted.at(-1)).toMatchObject({ isOver: true })
  const startedAt = Date.now()
  read(9)
  await vi.advanceTimersByTimeAsync(1000)
  expect(noted.at(-1)).toMatchObject({ startedAt })
  expect(blocks()).toEqual([9])
})

test('the longer a boot has taken, the longer a pause is no end of it', async () => {
  const { noted, read } = listen()
  for (let at = 0; at < 10; at++) {
    read(at)
    await vi.advanceTimersByTimeAsync(15_000)
  }
  await vi.advanceTimersByTimeAsync(200_000)
  const before = noted.length
  read(50)
  await vi.advanceTimersByTimeAsync(1000)
  expect(noted.length).toBe(before + 1)
})

test('after a first glance at the disk the boot is still to come', async () => {
  const { noted, read, blocks } = listen()
  read(0)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(noted.some(({ isOver }) => isOver)).toBe(false)
  const startedAt = Date.now()
  read(4)
  read(2)
  await vi.advanceTimersByTimeAsync(25_000)
  expect(noted.at(-1)).toMatchObject({ isOver: true, startedAt })
  expect(blocks()).toEqual([4, 2])
})

test('what the catalog does not take for a boot is not noted any more', async () => {
  const { noted, read } = listen(false)
  read(1)
  await vi.advanceTimersByTimeAsync(1000)
  read(2)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(noted.length).toBe(1)
})

test('downloads, and reads of nobody, are no boots', async () => {
  const { notes, noted, read } = listen()
  read(1, '')
  notes.note(record, 'page', { start: 0, end: 5 * 2 ** 20 })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(noted).toEqual([])
})

test('what was noted before all was cleared is not written after it', async () => {
  const { notes, noted, read, blocks } = listen()
  read(1)
  read(2)
  notes.clear()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(noted).toEqual([])
  read(4)
  await vi.advanceTimersByTimeAsync(1000)
  expect(blocks()).toEqual([4])
})

test('what waits for a boot to rest is told once, when no other boot is under way, and not of a glance', async () => {
  const { notes, read, onRest } = listen()
  notes.note(record, 'looks', { start: 0, end: 512 })
  await vi.advanceTimersByTimeAsync(25_000)
  expect(onRest).not.toHaveBeenCalled()
  read(7, 'one')
  read(8, 'one')
  await vi.advanceTimersByTimeAsync(15_000)
  read(9, 'two')
  read(3, 'two')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(onRest).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(15_000)
  expect(onRest).toHaveBeenCalledTimes(1)
  read(30, 'one')
  read(31, 'one')
  await vi.advanceTimersByTimeAsync(30_000)
  expect(onRest).toHaveBeenCalledTimes(1)
})
