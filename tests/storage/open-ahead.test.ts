import { expect, test } from 'vitest'

import { createOpenAhead } from '../../src/storage/open-ahead.ts'
import type { OpenAhead } from '../../src/storage/open-ahead.ts'

/** Chunks 0 to 19 are stored. */
function createTestAhead(open: number[] = []): { ahead: OpenAhead; opened: number[] } {
  const opened: number[] = []
  const ahead = createOpenAhead({
    isStored: (index) => index < 20,
    isOpen: (index) => open.includes(index),
    open(index) {
      opened.push(index)
      open.push(index)
      return Promise.resolve()
    },
  })
  return { ahead, opened }
}

/** Reads bytes of the chunks `[first, end)`, one read for each pair. */
function read(ahead: OpenAhead, ...runs: readonly (readonly [number, number])[]): void {
  for (const [first, end] of runs) ahead.noteRead({ first, end })
}

test('opens the next chunk when a reader comes from the one before, and goes on as it is read', async () => {
  const { ahead, opened } = createTestAhead()
  read(ahead, [0, 1], [0, 1], [1, 2])
  expect(opened).toEqual([2])
  await ahead.underWay(2)
  expect(ahead.underWay(2)).toBe(undefined)
  read(ahead, [1, 2], [2, 3], [2, 3], [3, 4])
  expect(opened).toEqual([2, 3, 4])
})

test('opens as many chunks as are read at a time', () => {
  const { ahead, opened } = createTestAhead()
  read(ahead, [0, 4], [4, 8])
  expect(opened).toEqual([8, 9, 10, 11])
})

test('knows a read that begins in the chunk in which the last one ended', () => {
  const { ahead, opened } = createTestAhead()
  read(ahead, [0, 3], [2, 5])
  expect(opened).toEqual([5, 6, 7])
})

test('follows sequences that take turns', () => {
  const { ahead, opened } = createTestAhead()
  read(ahead, [0, 1], [10, 12], [1, 2], [12, 14])
  expect(opened).toEqual([2, 14, 15])
})

test.each([
  [
    'the reader comes from elsewhere',
    [],
    [
      [7, 8],
      [1, 2],
    ],
  ],
  [
    'the reader goes backwards',
    [],
    [
      [2, 3],
      [1, 2],
      [0, 1],
    ],
  ],
  [
    'small reads stay in one chunk, and near its end',
    [],
    [
      [2, 3],
      [4, 5],
      [2, 3],
    ],
  ],
  [
    'the next one is open',
    [2],
    [
      [0, 1],
      [1, 2],
    ],
  ],
  [
    'there is no next one',
    [],
    [
      [18, 19],
      [19, 20],
    ],
  ],
] as const)('opens nothing when %s', (_, open, runs) => {
  const { ahead, opened } = createTestAhead([...open])
  read(ahead, ...runs)
  expect(opened).toEqual([])
})

test('does not open twice what is being opened', () => {
  const opened: number[] = []
  const ahead = createOpenAhead({
    isStored: () => true,
    isOpen: () => false,
    open: (index) => new Promise(() => void opened.push(index)),
  })
  read(ahead, [0, 2], [2, 4], [4, 5])
  expect(opened).toEqual([4, 5])
  expect(ahead.underWay(4)).toBeInstanceOf(Promise)
})

test('a chunk that cannot be opened keeps nobody waiting', async () => {
  const ahead = createOpenAhead({
    isStored: () => true,
    isOpen: () => false,
    open: () => Promise.reject(new Error('no disk')),
  })
  read(ahead, [0, 1], [1, 2])
  await ahead.underWay(2)
  expect(ahead.underWay(2)).toBe(undefined)
})
