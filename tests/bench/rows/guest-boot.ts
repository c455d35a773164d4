import type { BootProfile } from '../../../src/core/boot-profile.ts'
import { untilStored } from '../expect-stored.ts'
import { openGuest } from '../guests.ts'
import type { BenchGuestDisk } from '../guests.ts'
import { orderOf } from '../interleave.ts'
import type { Lane } from '../lane.ts'
import type { Row } from '../row.ts'
import { laneOf } from '../stage.ts'

const MiB = 2 ** 20
const contenders = ['none', 'idb', 'opfs'] as const
const loopback = { latencyMs: 0, rateBitsPerSecond: Infinity }

/** What the cache is for. */
export const guestBoot: Row = {
  name: 'guest-boot',
  method:
    'Linux (tiny kernel) boots in v86 until it says that the checksums of all its files are right; the clock starts ' +
    'when the firmware is there. Cold, and without a worker, the disk has a URL that the browser has never seen. The profile ' +
    'is what was recorded of the first cold boot. All that is stored is cleared before each cold boot: equal bytes are stored once. ' +
    'A cold boot is followed by a warm one of the same disk, which is its own; in every other round, those with a profile come first. ' +
    '`in memory`: v86 has the whole disk as an ArrayBuffer, so that this is what the guest computes. `device`: v86 reads from a device of `disk.open()`.',
  rounds: 2,
  unit: {
    'idb, cold: read': 'MiB',
    'idb, cold: fetched': 'MiB',
    'opfs, cold: read': 'MiB',
    'opfs, cold: fetched': 'MiB',
  },
  goals: [
    {
      title: 'Linux guest boot (tiny kernel), warm, against no worker from loopback',
      as: 'time',
      limit: { atMost: 0.75 },
      comparisons: [
        { label: 'IndexedDB', of: 'idb, warm, loopback', against: 'none, loopback' },
        { label: 'OPFS', of: 'opfs, warm, loopback', against: 'none, loopback' },
        { label: 'IndexedDB, by a device', of: 'idb, warm, device', against: 'none, loopback' },
        { label: 'OPFS, by a device', of: 'opfs, warm, device', against: 'none, loopback' },
        { label: 'disk in memory, no worker', of: 'none, in memory', against: 'none, loopback' },
      ],
    },
    {
      title: 'the same, cold, at 50 ms and 20 Mbit/s, against its own warm boot there',
      as: 'time',
      limit: { atMost: 1.3 },
      comparisons: [
        { label: 'IndexedDB', of: 'idb, cold, link', against: 'idb, warm, link' },
        { label: 'OPFS', of: 'opfs, cold, link', against: 'opfs, warm, link' },
        { label: 'no worker', of: 'none, link', against: 'idb, warm, link' },
      ],
    },
    {
      title: 'the same, cold with a boot profile beside the image, against its own warm boot',
      as: 'time',
      limit: { atMost: 1.1 },
      comparisons: [
        {
          label: 'IndexedDB',
          of: 'idb, cold with a profile, link',
          against: 'idb, warm after a profile, link',
        },
        {
          label: 'OPFS',
          of: 'opfs, cold with a profile, link',
          against: 'opfs, warm after a profile, link',
        },
      ],
    },
    {
      title: 'bytes fetched in a cold boot against bytes the guest read',
      as: 'time',
      limit: { atMost: 1.25 },
      comparisons: [
        { label: 'IndexedDB', of: 'idb, cold: fetched', against: 'idb, cold: read' },
        { label: 'OPFS', of: 'opfs, cold: fetched', against: 'opfs, cold: read' },
      ],
    },
  ],
  async measure(stage, rounds) {
    const guest = await openGuest(stage.sizes.guest)
    const lanes = await stage.openLanes(contenders)
    const known = new Map<string, BootProfile>()
    const measured: Record<string, number[]>[] = []
    for (let round = 0; round < rounds; round++) {
      const samples: Record<string, number[]> = {}
      for (const contender of orderOf(contenders, round)) {
        const boot = contender === 'none' ? bootWithout : bootWith
        const lane = laneOf(lanes, contender)
        Object.assign(samples, await boot(lane, guest, { round, link: stage.sizes.link, known }))
        stage.progress(`${contender}, round ${round + 1} of ${rounds}`)
      }
      measured.push(samples)
    }
    await guest.close()
    return { rounds: measured }
  },
}

interface BootRound {
  readonly round: number
  readonly link: Parameters<Lane['setLink']>[0]
  /** What boots of earlier rounds have read, by contender. */
  readonly known: Map<string, BootProfile>
}

async function bootWithout(
  lane: Lane,
  guest: BenchGuestDisk,
  { round, link }: BootRound,
): Promise<Record<string, number[]>> {
  lane.setLink(loopback)
  const near = await guest.boot(lane, guest.serve(lane, `near-${round}`))
  const computing = await guest.boot(lane, guest.serve(lane, `in-memory-${round}`), 'memory')
  lane.setLink(link)
  const far = await guest.boot(lane, guest.serve(lane, `far-${round}`))
  return {
    'none, loopback': [near.elapsedMs],
    'none, in memory': [computing.elapsedMs],
    'none, link': [far.elapsedMs],
  }
}

async function bootWith(
  lane: Lane,
  guest: BenchGuestDisk,
  { round, link, known }: BootRound,
): Promise<Record<string, number[]>> {
  const { contender } = lane
  const cold = (name: string, profile?: BootProfile): Promise<BootPair> =>
    bootCold(lane, guest, { name: `${name}-${round}`, link, profile })
  const profileBefore = round % 2 === 1 ? known.get(contender) : undefined
  const profiledBefore = profileBefore && (await cold('profiled', profileBefore))
  const plain = await cold('guest')
  const profile = profileBefore ?? (await profileOf(lane, plain.url))
  known.set(contender, profile)
  lane.setLink(loopback)
  const near = await guest.boot(lane, plain.url)
  const device = await guest.boot(lane, plain.url, 'device')
  const profiled = profiledBefore ?? (await cold('profiled', profile))
  return {
    [`${contender}, cold, link`]: [plain.cold.elapsedMs],
    [`${contender}, warm, link`]: [plain.warm.elapsedMs],
    [`${contender}, cold with a profile, link`]: [profiled.cold.elapsedMs],
    [`${contender}, warm after a profile, link`]: [profiled.warm.elapsedMs],
    [`${contender}, warm, loopback`]: [near.elapsedMs],
    [`${contender}, warm, device`]: [device.elapsedMs],
    [`${contender}, cold: read`]: [plain.cold.bytes / MiB],
    [`${contender}, cold: fetched`]: [plain.fetchedBytes / MiB],
  }
}

/** A cold boot, and a warm one of the same disk right after it. */
interface BootPair {
  readonly url: string
  readonly cold: BenchBoot
  readonly warm: BenchBoot
  /** By the time at which the link was idle again after the cold one. */
  readonly fetchedBytes: number
}

async function bootCold(
  lane: Lane,
  guest: BenchGuestDisk,
  {
    name,
    link,
    profile,
  }: {
    readonly name: string
    readonly link: BootRound['link']
    readonly profile: BootProfile | undefined
  },
): Promise<BootPair> {
  const { page, site } = lane
  lane.setLink(link)
  await page.evaluate(async () => void (await (await sectorcache.ready).clear()))
  site.origin.reset()
  const url = guest.serve(lane, name, profile)
  const cold = await guest.boot(lane, url)
  await lane.whenIdle()
  const fetchedBytes = site.origin.counters.bytesSent
  const warm = await guest.boot(lane, url)
  await lane.whenIdle()
  // The last one may have been under way when the boot was over.
  const reads = cold.trace.reads.slice(0, -1)
  const ranges = reads.map(([start, length]) => ({ start, end: start + length }))
  await untilStored(lane, url, ranges)
  return { url, cold, warm, fetchedBytes }
}

async function profileOf(lane: Lane, url: string): Promise<BootProfile> {
  const profile = await lane.page.evaluate(
    async (path) => (await sectorcache.ready).disk(path).bootProfile(),
    url,
  )
  if (profile === undefined) throw new Error(`The boots of ${url} have left no profile`)
  return profile
}
