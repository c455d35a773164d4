import { expect, test } from 'vitest'

import { bootProfileSchema, profileBlockBytes as block } from '../../src/core/boot-profile.ts'
import type { BootProfile } from '../../src/core/boot-profile.ts'
import { neededRuns } from '../../src/offline/needed-runs.ts'

const grid = { sizeBytes: 10 * block, chunkSize: 2 * block }
const all = [{ first: 0, end: 5 }]

function profileOf(reads: BootProfile['reads']): BootProfile {
  return { schema: bootProfileSchema, sizeBytes: 100 * block, boots: 1, reads }
}

test('needs the chunks that a boot read, in order of the disk', () => {
  const profile = profileOf([
    [8 * block, block, 0],
    [0, block, 5],
    [3 * block, block, 9],
  ])
  expect(neededRuns(grid, profile)).toEqual([
    { first: 0, end: 2 },
    { first: 4, end: 5 },
  ])
})

test.each([
  ['no profile', undefined],
  ['a profile that reads nothing', profileOf([])],
  [
    'a profile of a longer disk, which read behind the end of this one',
    profileOf([[20 * block, block, 0]]),
  ],
])('needs the whole disk with %s', (_, profile) => {
  expect(neededRuns(grid, profile)).toEqual(all)
})

test('needs nothing of an empty disk', () => {
  expect(neededRuns({ ...grid, sizeBytes: 0 }, undefined)).toEqual([])
})
