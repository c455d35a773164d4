import { expect, test } from 'vitest'

import { createOpenAhead } from '../../src/storage/open-ahead.ts'
import type { OpenAhead } from '../../src/storage/open-ahead.ts'

/** Chunks 0 to 9 are stored. */
function createTestAhead(open: number[]): { ahead: OpenAhead; opened: number[] } {
  const opened: number[] = []
  const ahead = createOpenAhead({
    isStored: (index) => index < 10,
    isOpen: (index) => open.includes(index),
    open(index) {
      opened.push(index)
      open.push(index)
      return Promise.resolve()
    },
  })
  return { ahead, opened }
}

test('opens the next chunk when a reader comes from the one before, and goes on as it is read', async () => {
  const { ahead, opened } = createTestAhead([0, 1])
  ahead.noteOpened(1)
  expect(opened).toEqual([2])
  await ahead.underWay(2)
  expect(ahead.underWay(2)).toBe(undefined)
  ahead.noteTaken(2)
  await ahead.underWay(3)
  ahead.noteTaken(2)
  ahead.noteTaken(3)
  expect(opened).toEqual([2, 3, 4])
})

test.each([
  ['the reader comes from elsewhere', [1], 1],
  ['the next one is open', [0, 1, 2], 1],
  ['there is no next one', [8, 9], 9],
])('opens nothing when %s', (_, open, index) => {
  const { ahead, opened } = createTestAhead(open)
  ahead.noteOpened(index)
  ahead.noteTaken(index)
  expect(opened).toEqual([])
})

test('does not open twice what is being opened', () => {
  const opened: number[] = []
  const ahead = createOpenAhead({
    isStored: () => true,
    isOpen: (index) => index < 2,
    open: (index) => new Promise(() => void opened.push(index)),
  })
  ahead.noteOpened(1)
  ahead.noteOpened(1)
  expect(opened).toEqual([2])
  expect(ahead.underWay(2)).toBeInstanceOf(Promise)
})

test('a chunk that cannot be opened keeps nobody waiting', async () => {
  const ahead = createOpenAhead({
    isStored: () => true,
    isOpen: (index) => index < 2,
    open: () => Promise.reject(new Error('no disk')),
  })
  ahead.noteOpened(1)
  await ahead.underWay(2)
  expect(ahead.underWay(2)).toBe(undefined)
})
