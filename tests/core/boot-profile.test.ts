import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  createBootRecorder,
  mergeProfiles,
  profileBlockBytes,
  profileChunks,
  profileRanges,
} from '../../src/core/boot-profile.ts'
import type { BootProfile } from '../../src/core/boot-profile.ts'
import { totalBytesOf } from '../../src/core/byte-range.ts'
import { parseBootProfile } from '../../src/core/parse-boot-profile.ts'

const KiB = 1024
const block = profileBlockBytes
const disk = { sizeBytes: 10 * block + 100, etag: '"1"' }

/** A boot that reads these blocks, one each second. */
function bootOf(
  blocks: readonly number[],
  of: { sizeBytes: number; etag?: string } = disk,
): BootProfile {
  const recorder = createBootRecorder()
  blocks.forEach((at, order) => {
    recorder.note({ start: at * block, end: at * block + 512 }, 5000 + order * 1000)
  })
  return recorder.profile(of)
}

function blocksIn({ reads }: BootProfile): number[] {
  return reads.flatMap(([offset, length]) =>
    Array.from({ length: Math.ceil(length / block) }, (_, at) => offset / block + at),
  )
}

test('a recorder keeps what is wanted for the first time, in order, and when', () => {
  const recorder = createBootRecorder()
  expect(recorder.lastNewMs).toBeUndefined()
  recorder.note({ start: 3 * block + 10, end: 3 * block + 20 }, 1000)
  recorder.note({ start: 0, end: 512 }, 1500)
  recorder.note({ start: 3 * block, end: 4 * block }, 9000)
  expect(recorder.lastNewMs).toBe(1500)
  expect(recorder.profile(disk)).toEqual({
    schema: 'sectorcache.boot-profile.v1',
    sizeBytes: disk.sizeBytes,
    etag: '"1"',
    boots: 1,
    reads: [
      [3 * block, block, 0],
      [0, block, 500],
    ],
  })
})

test('what is wanted in the same moment stays in order', () => {
  const recorder = createBootRecorder()
  for (const at of [7, 2, 5]) recorder.note({ start: at * block, end: at * block + 1 }, 1000)
  expect(blocksIn(recorder.profile(disk))).toEqual([7, 2, 5])
})

test('neighbours that are wanted one after the other are one read; the last one ends with the disk', () => {
  const recorder = createBootRecorder()
  for (let at = 8 * block; at < disk.sizeBytes; at += 4 * KiB) {
    recorder.note({ start: at, end: Math.min(disk.sizeBytes, at + 4 * KiB) }, at / block)
  }
  expect(recorder.profile(disk).reads).toEqual([[8 * block, 2 * block + 100, 0]])
})

test('a boot that reads a whole disk does not take memory without end', () => {
  const recorder = createBootRecorder()
  recorder.note({ start: 0, end: 2 ** 40 }, 0)
  const { reads } = recorder.profile({ sizeBytes: 2 ** 40 })
  expect(reads).toEqual([[0, 2 ** 30, 0]])
})

test('several boots make one profile of what at least half of them read', () => {
  const boots = [bootOf([0, 1, 5]), bootOf([0, 1, 2]), bootOf([0, 7])]
  expect(blocksIn(mergeProfiles(boots) as BootProfile)).toEqual([0, 1])
  expect(blocksIn(mergeProfiles(boots.slice(0, 2)) as BootProfile)).toEqual([0, 1, 5, 2])
  expect(mergeProfiles(boots)?.boots).toBe(3)
  expect(mergeProfiles([])).toBeUndefined()
})

test('the order of a merged profile is that of the median of times', () => {
  const boots = [bootOf([4, 9, 2]), bootOf([4, 2, 9]), bootOf([2, 4, 9])]
  expect(blocksIn(mergeProfiles(boots) as BootProfile)).toEqual([4, 2, 9])
})

test('one that was cut short spoils nothing', () => {
  const whole = bootOf([0, 3, 6, 9])
  const merged = mergeProfiles([whole, whole, bootOf([0])]) as BootProfile
  expect(blocksIn(merged)).toEqual([0, 3, 6, 9])
})

test('a profile is of use for a version of another length', () => {
  const profile = bootOf([9, 0, 10])
  expect(profileRanges(profile, 9 * block + 7)).toEqual([
    { start: 9 * block, end: 9 * block + 7 },
    { start: 0, end: block },
  ])
  expect(mergeProfiles([profile, bootOf([0], { sizeBytes: block })])?.reads).toEqual([
    [0, block, 1000],
  ])
})

const boot = fc.uniqueArray(fc.nat({ max: 10 }), { maxLength: 11 }).map((blocks) => bootOf(blocks))

test('whatever is recorded and merged can be written and read again, and has each byte once', () => {
  fc.assert(
    fc.property(fc.array(boot, { minLength: 1, maxLength: 5 }), (boots) => {
      const merged = mergeProfiles(boots) as BootProfile
      expect(parseBootProfile(JSON.stringify(merged), 'a.boot.json')).toEqual(merged)
      const blocks = blocksIn(merged)
      expect(new Set(blocks).size).toBe(blocks.length)
      expect(totalBytesOf(profileRanges(merged, disk.sizeBytes))).toBeLessThanOrEqual(
        disk.sizeBytes,
      )
    }),
  )
})

test('chunks come where they are wanted first, once', () => {
  const grid = { sizeBytes: disk.sizeBytes, chunkSize: 4 * block }
  expect([...profileChunks(grid, bootOf([9, 0, 10, 5, 1]))]).toEqual([2, 0, 1])
  expect([...profileChunks({ ...grid, sizeBytes: 5 * block }, bootOf([9, 0, 10, 5]))]).toEqual([0])
})

for (const [what, text, message] of [
  ['no JSON', '{', 'it is no JSON'],
  ['a list', '[]', 'it is no object'],
  ['another schema', '{"schema":"v2"}', 'its "schema" is "v2", not "sectorcache.boot-profile.v1"'],
  ['no size', profileText({ sizeBytes: -1 }), '"sizeBytes" is no number'],
  ['a size beyond all numbers', profileText({ sizeBytes: 2 ** 60 }), '"sizeBytes" is no number'],
  ['an ETag that is a number', profileText({ etag: 1 }), '"etag" is no text'],
  ['no boots', profileText({ boots: 0 }), '"boots" is no number'],
  ['reads that are no list', profileText({ reads: {} }), '"reads" is no list'],
  [
    'a read of text',
    profileText({ reads: [['0', 1, 1]] }),
    'read 0 is not [offset, length, afterMs]',
  ],
  ['a read with a hole', profileText({ reads: [[0, 1]] }), 'read 0 is not'],
  ['an offset between blocks', profileText({ reads: [[1, 1, 1]] }), 'read 0 begins at no multiple'],
  ['an empty read', profileText({ reads: [[0, 0, 1]] }), 'read 0 is not within the disk'],
  [
    'a read past the end',
    profileText({ reads: [[0, 2 ** 21, 1]] }),
    'read 0 is not within the disk',
  ],
  [
    'times that fall',
    profileText({
      reads: [
        [0, 1, 5],
        [block, 1, 4],
      ],
    }),
    'read 1 is earlier than the last',
  ],
  [
    'the same again and again',
    profileText({ reads: Array.from({ length: 20 }, () => [0, block, 0]) }),
    'read 16 is there already',
  ],
  [
    'more than a boot reads',
    profileText({ sizeBytes: 2 ** 52, reads: [[0, 2 ** 52, 0]] }),
    'read 0 is of more than a boot reads',
  ],
  ['a text that is far too long', ' '.repeat(2 ** 22 + 1), 'it is too long'],
] as const) {
  test(`${what} is refused, and named`, () => {
    expect(() => parseBootProfile(text, 'a.boot.json')).toThrow(
      expect.objectContaining({
        code: 'integrity-failed',
        message: expect.stringContaining(`a.boot.json is no boot profile: ${message}`),
      }),
    )
  })
}

function profileText(changed: Record<string, unknown>): string {
  const profile = { schema: 'sectorcache.boot-profile.v1', sizeBytes: 2 ** 20, boots: 1, reads: [] }
  return JSON.stringify({ ...profile, ...changed })
}
