import { expect, test } from 'vitest'
import { findMissing, findRequestFor, partsOfDisk, pickSome } from './expect-stored.ts'

const url = '/disks/a.img'
const read = { start: 4096, end: 8192 }

function asked(range: string | undefined, other = {}): string | undefined {
  return findRequestFor([{ method: 'GET', url, range, ...other }], url, [read])
}

test('what lies in one run of what is stored is not missing', () => {
  const coverage = [
    { start: 0, end: 4096 },
    { start: 8192, end: 16384 },
  ]
  const inside = { start: 8192, end: 12288 }
  const partly = { start: 0, end: 4097 }
  expect(findMissing(coverage, [inside, read, partly])).toEqual([read, partly])
  expect(findMissing([], [inside])).toEqual([inside])
})

test('a request for any byte that was read again is found', () => {
  expect(asked('bytes=8000-9000')).toBe('bytes=8000-9000')
  expect(asked('bytes=0-4096')).toBe('bytes=0-4096')
  expect(asked(undefined)).toBe('all')
  expect(asked('bytes=4096-')).toBe('bytes=4096-')
})

test('what is asked for elsewhere, or asks what there is, does not count', () => {
  expect(asked('bytes=8192-12287')).toBeUndefined()
  expect(asked('bytes=4096-4096')).toBeUndefined()
  expect(asked(undefined, { method: 'HEAD' })).toBeUndefined()
  expect(asked(undefined, { url: '/disks/a.img.boot.json' })).toBeUndefined()
})

test('the parts of a disk are all of it', () => {
  expect(partsOfDisk(2 ** 20 + 5)).toEqual([
    { start: 0, end: 2 ** 20 },
    { start: 2 ** 20, end: 2 ** 20 + 5 },
  ])
})

test('some of many are as many as wanted at the most, and of few all', () => {
  const many = Array.from({ length: 100 }, (_, at) => at)
  const some = pickSome(many, 32)
  expect(some.length).toBeLessThanOrEqual(32)
  expect(some.length).toBeGreaterThan(16)
  expect(some.at(-1)).toBeGreaterThan(90)
  expect(pickSome([1, 2], 32)).toEqual([1, 2])
  expect(pickSome([], 32)).toEqual([])
})
