import { chosenChunkBytes } from '../policies.ts'
import { loadTrace, tracedGuests } from '../trace.ts'
import type { TracedGuest } from '../trace.ts'
import { chunksPerDisk } from './eviction-policy.ts'
import type { ChunkAccess } from './eviction-policy.ts'

/** What pages read over weeks. */
export interface EvictionWorkload {
  readonly name: string
  readonly accesses: readonly ChunkAccess[]
  /** Chunks that there is room for: tight, and less so. */
  readonly rooms: readonly number[]
}

type Session = (random: () => number) => {
  readonly disk: number
  readonly chunks: readonly number[]
  readonly isPrefetch?: boolean
  readonly isBoot?: boolean
}

const dayMinutes = 24 * 60

/** The chunks of a guest's boot, read by read. */
function bootChunks(guest: TracedGuest): number[] {
  return loadTrace(guest).reads.flatMap(({ offset, length }) => {
    const first = Math.floor(offset / chosenChunkBytes)
    const end = Math.ceil((offset + length) / chosenChunkBytes)
    return Array.from({ length: end - first }, (_, at) => first + at)
  })
}

const boots = new Map(tracedGuests.map((guest) => [guest, bootChunks(guest)]))

function boot(guest: TracedGuest, copy = 0): ReturnType<Session> {
  return {
    disk: tracedGuests.indexOf(guest) + 10 * copy,
    chunks: boots.get(guest) ?? [],
    isBoot: true,
  }
}

/** All of a file, once. */
function scan(disk: number, length: number): ReturnType<Session> {
  return { disk, chunks: Array.from({ length }, (_, at) => at) }
}

/** A boot, and then work on the same disk: some places are wanted more often than others. */
function bootAndWork(random: () => number): ReturnType<Session> {
  const { disk, chunks } = boot('linux')
  const work = Array.from({ length: 80 }, () => Math.floor(1000 * random() ** 3))
  return { disk, isBoot: true, chunks: [...chunks, ...work.map((place) => 5000 + place)] }
}

/** Sessions that follow each other by some hours; the days of a month for sixty. */
function workloadOf(
  name: string,
  /** As shares of all that boots read, each guest once. */
  shares: readonly number[],
  sessions: readonly Session[],
): EvictionWorkload {
  let state = 1
  const random = (): number => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
  const booted = new Set<number>()
  let minute = 29_000_000
  const accesses = sessions.flatMap((session, at) => {
    const { disk, chunks, isPrefetch = false, isBoot = false } = session(random)
    minute += Math.ceil(random() * dayMinutes)
    return chunks.map((place, nth): ChunkAccess => {
      const chunk = disk * chunksPerDisk + place
      if (isBoot) booted.add(chunk)
      // Every session takes two minutes.
      const now = minute + Math.floor((2 * nth) / chunks.length)
      return { chunk, disk, isPrefetch, session: at, minute: now }
    })
  })
  return { name, accesses, rooms: shares.map((share) => Math.floor(share * booted.size)) }
}

function repeat(count: number, sessions: readonly Session[]): Session[] {
  return Array.from({ length: count }, () => sessions).flat()
}

/** Seven boots of ten are of one guest. */
function mostlyLinux(random: () => number): ReturnType<Session> {
  const dice = random()
  if (dice < 0.7) return boot('linux')
  return dice < 0.85 ? boot('exerciser') : boot('linux-tiny', 1 + Math.floor(random() * 6))
}

const linux: Session = () => boot('linux')
const tiny: Session = () => boot('linux-tiny')
const exerciser: Session = () => boot('exerciser')

/** Boots of the guests in `tests/bench/traces/`, in different company. */
export const evictionWorkloads: readonly EvictionWorkload[] = [
  workloadOf('three guests by turns', [0.6, 0.8], repeat(20, [linux, tiny, exerciser])),
  workloadOf('one mostly, eight others', [0.3, 0.6], repeat(60, [mostlyLinux])),
  workloadOf(
    'boots, a prefetch after each five',
    [1.2, 3],
    repeat(10, [
      ...repeat(5, [linux]),
      (random) => ({ ...scan(otherDisk(random), 250), isPrefetch: true }),
    ]),
  ),
  workloadOf(
    'boots, a big file after each five',
    [1.2, 3],
    repeat(10, [...repeat(5, [linux]), (random) => scan(otherDisk(random), 250)]),
  ),
  workloadOf(
    'boots, all of the disk after each five',
    [1.2, 3],
    repeat(10, [...repeat(5, [linux]), () => scan(tracedGuests.indexOf('linux'), 1200)]),
  ),
  workloadOf('boots and work on one disk', [0.3, 0.6], repeat(60, [bootAndWork])),
  workloadOf(
    'a guest, then another',
    [0.7, 0.9],
    [...repeat(30, [exerciser]), ...repeat(30, [linux])],
  ),
]

/** Of each disk something else was read before. */
function otherDisk(random: () => number): number {
  return 50 + Math.floor(random() * 1000)
}
