import { expect, test } from 'vitest'
import { addBootEvents, noBootFigures } from '../../src/demo/boot-figures.ts'
import { parseDeepLink } from '../../src/demo/deep-link.ts'
import { parseGuestList } from '../../src/demo/parse-guest-list.ts'
import { createSerialJudge } from '../../src/demo/serial-judge.ts'
import type { ReadEvent } from '../../src/protocol/events.ts'

const diskUrl = 'https://example.org/disks/a.img'

function readOf(fields: Partial<ReadEvent>): ReadEvent {
  return {
    type: 'read',
    url: diskUrl,
    status: 206,
    outcome: 'hit',
    cacheBytes: 0,
    originBytes: 0,
    at: 0,
    durationMs: 1,
    clientId: '',
    ...fields,
  }
}

test('the judge takes the checksum, not the word OK, for the answer', () => {
  expect(createSerialJudge('OK 1A2B3C4D').push('\r\nOK 1A2B3C4D\r\n')).toBe('right')
  expect(createSerialJudge('OK 1A2B3C4D').push('\r\nOK FFFFFFFF\r\n')).toBe('wrong')
  expect(createSerialJudge('OK 1A2B3C4D').push('\r\nOK 1A2B3C4DE\r\n')).toBe('wrong')
})

test('the judge waits for the end of a line that comes in pieces', () => {
  const judge = createSerialJudge('OK 1A2B3C4D')
  expect(judge.push('noise\r\nOK 1A')).toBe('')
  expect(judge.push('2B3C4D')).toBe('')
  expect(judge.push('\r')).toBe('right')
  expect(judge.push('\nAny key: run again')).toBe('right')
})

test.each(['BAD LBA 00000800', 'ERR 01000800', 'CORRUPT usr/lib/x: FAILED'])(
  'the judge knows the complaint "%s"',
  (line) => {
    expect(createSerialJudge('OK 1A2B3C4D').push(`${line}\n`)).toBe('wrong')
  },
)

test('the expected line may go on after a space', () => {
  const judge = createSerialJudge('READY 1ce32b46 files=603')
  expect(judge.push('READY 1ce32b46 files=603 up=31.4\r\n')).toBe('right')
})

test('a guest without an expected answer is never judged', () => {
  expect(createSerialJudge(undefined).push('ERR 1\nOK\n')).toBe('')
})

test('boot figures count the reads of the guest only', () => {
  const figures = addBootEvents(
    noBootFigures,
    [
      readOf({ cacheBytes: 100 }),
      readOf({ outcome: 'partial', cacheBytes: 20, originBytes: 30 }),
      readOf({ outcome: 'error', code: 'origin-unreachable' }),
      readOf({ url: 'https://example.org/disks/b.img', cacheBytes: 1000 }),
    ],
    diskUrl,
  )
  expect(figures).toEqual({
    reads: 3,
    hits: 1,
    errors: 1,
    errorCode: 'origin-unreachable',
    cacheBytes: 120,
    networkBytes: 30,
    incomplete: false,
  })
})

test('boot figures own up to reads that they missed', () => {
  expect(addBootEvents(noBootFigures, [{ type: 'gap' }], diskUrl).incomplete).toBe(true)
})

test('guests get absolute URLs, and entries that make no sense are left out', () => {
  const listing = {
    disks: [
      { name: 'a.img', url: '/disks/a.img', size: 512, kind: 'exerciser', bios: 'minibios' },
      { name: 'b.img', url: 'b.img', size: 1024, kind: 'floppy', expect: 'OK 1' },
      { name: 'no size', url: 'c.img' },
      null,
    ],
  }
  expect(parseGuestList(listing, 'https://example.org/disks/')).toEqual([
    { name: 'a.img', url: diskUrl, size: 512, kind: 'exerciser', bios: 'minibios' },
    {
      name: 'b.img',
      url: 'https://example.org/disks/b.img',
      size: 1024,
      kind: 'image',
      bios: 'seabios',
      expect: 'OK 1',
    },
  ])
})

test('an answer that is no list of guests is refused', () => {
  expect(() => parseGuestList({}, diskUrl)).toThrow(TypeError)
  expect(() => parseGuestList(null, diskUrl)).toThrow(TypeError)
})

test('a deep link chooses a guest and may boot it', () => {
  expect(parseDeepLink('?disk=linux.img&autoboot')).toEqual({ disk: 'linux.img', autoboot: true })
  expect(parseDeepLink('')).toEqual({ autoboot: false })
})
