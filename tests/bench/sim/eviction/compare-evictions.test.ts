import { expect, test } from 'vitest'

import { missRatio } from './compare-evictions.ts'
import { chunksPerDisk } from './eviction-policy.ts'
import type { ChunkAccess } from './eviction-policy.ts'
import { ours } from './ours.ts'
import { fifo, foreknowing, lru, oncePerSession, s3Fifo, sieve } from './rivals.ts'

const policy = ours({ name: 'ours', sparesReaders: true })

/** Sessions a day apart, each of a disk and places on it. */
function sessionsOf(...sessions: readonly (readonly [number, readonly number[]])[]): ChunkAccess[] {
  return sessions.flatMap(([disk, places], session) =>
    places.map((place) => ({
      chunk: disk * chunksPerDisk + place,
      disk,
      isPrefetch: false,
      session,
      minute: 29_000_000 + session * 24 * 60,
    })),
  )
}

function ratio(of: typeof policy, accesses: ChunkAccess[], room: number): number {
  return missRatio(of, { name: 'test', accesses, rooms: [room] }, room)
}

const boot = [0, [1, 2, 3, 4]] as const
const scan = [0, [11, 12, 13, 14, 15, 16, 17, 18]] as const

test('what is read once does not push out what is booted every day', () => {
  const accesses = sessionsOf(boot, boot, boot, scan, boot)
  // The first boot, and the scan.
  const least = 12 / 24
  for (const kept of [policy, foreknowing(accesses)]) {
    expect(ratio(kept, accesses, 5)).toBe(least)
  }
  for (const lost of [fifo, lru]) expect(ratio(lost, accesses, 5)).toBe(16 / 24)
})

test('nothing is better than to know the future', () => {
  const accesses = sessionsOf(boot, scan, boot, [1, [1, 2, 3]], scan, boot, [1, [1, 2, 3]], boot)
  for (const room of [3, 5, 8]) {
    const best = ratio(foreknowing(accesses), accesses, room)
    for (const rival of [fifo, lru, sieve, s3Fifo, policy]) {
      expect(ratio(rival, accesses, room)).toBeGreaterThanOrEqual(best)
    }
  }
})

test('a disk that is new takes the room of one that nobody reads, and does not push itself out', () => {
  const news = [1, [1, 2, 3, 4, 1, 2, 3, 4]] as const
  const accesses = sessionsOf(boot, boot, boot, news)
  const without = ours({ name: 'any disk may give', sparesReaders: false })
  expect(ratio(policy, accesses, 5)).toBe(8 / 16)
  expect(ratio(without, accesses, 5)).toBeGreaterThan(8 / 16)
})

test('with room for everything each chunk is fetched once', () => {
  const accesses = sessionsOf(boot, scan, boot, scan)
  for (const any of [fifo, lru, sieve, s3Fifo, policy, oncePerSession(s3Fifo)]) {
    expect(ratio(any, accesses, 12)).toBe(0.5)
  }
})
