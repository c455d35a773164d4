import type { DiskStatus } from '../../src/protocol/reports.ts'
import type { CheckedRead, ReadPlan } from './browser/check-bytes.ts'
import type { Dice } from './dice.ts'
import { faultDisk, faultEtag } from './fault-disk.ts'
import type { FaultTally } from './fault-tally.ts'
import { withinTime } from './fault-world.ts'
import type { FaultWorld } from './fault-world.ts'
import { coveredChunks } from './ledger.ts'

/** Something was served or kept that must not be. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

const { url, sizeBytes, chunkSize } = faultDisk

/** A session that begins without its origin may be of a version that is gone there. The next one asks. */
const maxSessions = 1

/** Bytes that are read at a time. */
const stepBytes = 4 * chunkSize

/**
 * Reads all that the cache says it has, without the origin, then some of the disk with it: every byte must be right.
 *
 * @param isKept - whether what is said to be stored must be there: not after data was spoiled behind the cache's back.
 */
export async function judgeDisk(
  world: FaultWorld,
  tally: FaultTally,
  { dice, isKept }: { dice: Dice; isKept: boolean },
): Promise<void> {
  const status = await withinTime('status()', world.status())
  const covered = coveredChunks(status)
  const stored: ReadPlan[] = [...covered].map((chunk) => ({
    url,
    start: chunk * chunkSize,
    end: Math.min((chunk + 1) * chunkSize, sizeBytes),
    cache: 'only-if-cached',
  }))
  const kinds = new Set<string>()
  for (const read of await readAll(world, stored)) {
    judgeRead(read, world, tally)
    if (read.kind !== 'right') kinds.add(read.kind)
  }
  if (isKept && kinds.size > 0 && readsActive(world, status)) {
    const seen = [...kinds].join(', ')
    throw new Violation(`what is said to be stored is answered ${seen} without the origin`)
  }
  for (let session = 0; !(await isReadable(world, tally, dice)); session++) {
    if (session === maxSessions) throw new Violation('a version that is gone stands in the way')
    await world.restart()
  }
}

/** Whether a session that began without the origin is of the active version: a retired one of which more is stored goes before. */
function readsActive({ sessionEtag }: FaultWorld, { etag, generations }: DiskStatus): boolean {
  if (sessionEtag !== undefined) return sessionEtag === etag
  const active = generations.find(({ state }) => state === 'active')
  const least = active?.storedChunks ?? 0
  return !generations.some(({ state, storedChunks }) => state === 'retired' && storedChunks > least)
}

/**
 * Reads some of the disk.
 *
 * @returns `false` when this session is of a version that the origin has no more: another one may begin with the new.
 */
async function isReadable(world: FaultWorld, tally: FaultTally, dice: Dice): Promise<boolean> {
  const first = dice.below(2) * stepBytes
  const plans: ReadPlan[] = []
  for (let start = first; start < sizeBytes; start += 2 * stepBytes) {
    plans.push({ url, start, end: Math.min(start + stepBytes, sizeBytes) })
  }
  for (const read of await readAll(world, plans)) {
    judgeRead(read, world, tally)
    const isOld = world.sessionEtag !== faultEtag(world.version)
    if (isOld && read.kind === '503 disk-changed') return false
    if (read.kind !== 'right') {
      throw new Violation(`the disk is answered ${read.kind}, and its origin is well`)
    }
  }
  return true
}

/** Checks one answer: its bytes, and that it is of the version that this page has seen before. */
export function judgeRead(
  { bytes, wrong, etag }: CheckedRead,
  world: FaultWorld,
  tally: FaultTally,
): void {
  if (wrong !== undefined) throw new Violation(wrong)
  tally.checkedBytes += bytes
  if (etag === undefined) return
  world.sessionEtag ??= etag
  if (etag !== world.sessionEtag) {
    throw new Violation(`a session of ${world.sessionEtag} was shown ${etag}`)
  }
}

/** Reads and checks in the page, one after the other. */
export function readAll({ page }: FaultWorld, plans: readonly ReadPlan[]): Promise<CheckedRead[]> {
  return withinTime(
    'reading all',
    page.evaluate((all) => globalThis.faultPage.readAll(all), plans),
  )
}
