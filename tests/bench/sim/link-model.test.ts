import { expect, test } from 'vitest'

import { createClock } from './clock.ts'
import { createLinkModel } from './link-model.ts'

/** 100 ms until the first byte, then 10 bytes per millisecond. */
const traits = { delayMs: 100, bytesPerMs: 10 }

test('events happen in the order of their times, and at the same time in the order of the calls', () => {
  const clock = createClock()
  const seen: string[] = []
  const note = (name: string) => (): void => void seen.push(`${name} ${clock.nowMs}`)
  clock.after(5, note('b'))
  clock.after(1, note('a'))
  clock.after(5, () => clock.after(0, note('d')))
  clock.after(5, note('c'))
  clock.after(2, note('never')).cancel()
  clock.run()
  expect(seen).toEqual(['a 1', 'b 5', 'c 5', 'd 5'])
})

test('one answer takes its delay and its bytes', () => {
  const clock = createClock()
  const link = createLinkModel(clock, traits)
  const seen: number[] = []
  const transfer = link.request(1000)
  for (const bytes of [1, 500, 1000]) transfer.whenArrived(bytes, () => seen.push(clock.nowMs))
  clock.run()
  expect(seen.map((ms) => Math.round(ms * 10) / 10)).toEqual([100.1, 150, 200])
  expect(link.carriedBytes).toBeCloseTo(1000)
})

test('answers that are on the link together share it evenly', () => {
  const clock = createClock()
  const link = createLinkModel(clock, traits)
  const seen: string[] = []
  const ask = (name: string, bytes: number): void =>
    link
      .request(bytes)
      .whenArrived(bytes, () => seen.push(`${name} after ${Math.round(clock.nowMs)}`))
  ask('long', 1000)
  ask('short', 250)
  clock.after(75, () => ask('late', 500))
  clock.run()
  // Until 150 both get half, until 175 the long one all, then again half: at 275 it has had 250 + 250 + 500.
  expect(seen).toEqual(['short after 150', 'long after 275', 'late after 275'])
})

test('what is cancelled leaves the link to the others', () => {
  const clock = createClock()
  const link = createLinkModel(clock, traits)
  let endedMs = 0
  link.request(1000).whenArrived(1000, () => (endedMs = clock.nowMs))
  const other = link.request(1000)
  other.whenArrived(1000, () => expect.unreachable())
  clock.after(120, () => other.cancel())
  clock.run()
  expect(endedMs).toBeCloseTo(210)
  expect(link.carriedBytes).toBeCloseTo(1100)
})

test('who asks for bytes that have arrived is called at once', () => {
  const clock = createClock()
  const transfer = createLinkModel(clock, traits).request(1000)
  let calledMs = 0
  clock.after(500, () => transfer.whenArrived(700, () => (calledMs = clock.nowMs)))
  clock.run()
  expect(calledMs).toBe(500)
})
