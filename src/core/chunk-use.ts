/*
 * When a chunk was used last, and how often it was wanted again: 28 bits of minutes since the epoch, and 4 bits of
 * occasions. One number a chunk, so that pages of them can be kept and compared by the thousand.
 */

/** Occasions that are told apart; more count as so many. */
const maxOccasions = 15

/** Uses within so long of each other are one occasion: the reads of one boot say nothing about the next. */
const occasionMinutes = 10

/** A time that is not older than this is not worth being written anew. */
const refreshMinutes = 5

/** The clock of uses: whole minutes since the epoch. */
export function minuteOf(epochMs: number): number {
  return Math.floor(epochMs / 60_000)
}

/** The use of a chunk that is stored at `minute`. */
export function firstUse(minute: number): number {
  return minute * (maxOccasions + 1)
}

/**
 * The use of a chunk that is used once more at `minute`.
 *
 * @returns `use` itself when there is nothing worth writing.
 */
export function nextUse(use: number, minute: number): number {
  const idleMinutes = minute - lastMinute(use)
  if (idleMinutes < refreshMinutes) return use
  const isAgain = use > 0 && idleMinutes >= occasionMinutes
  return firstUse(minute) + Math.min(maxOccasions, occasionsOf(use) + (isAgain ? 1 : 0))
}

/** So long a chunk is as good as idle, though it was used just now: what was wanted only once goes before what comes again. */
const headStartMinutes = 24 * 60

/**
 * How well a chunk can be missed: the minutes for which nobody wanted it, and a day, divided by the occasions on which
 * somebody did. Chosen by simulation, see docs/decisions/0012.
 */
export function coldness(use: number, minute: number): number {
  return (minute - lastMinute(use) + headStartMinutes) / (1 + occasionsOf(use))
}

function lastMinute(use: number): number {
  return Math.floor(use / (maxOccasions + 1))
}

/** When a chunk was used last, to the minute, in milliseconds since the epoch. */
export function lastUsedAt(use: number): number {
  return lastMinute(use) * 60_000
}

/** On how many later occasions a chunk was wanted again: 15 stands for more as well. */
export function occasionsOf(use: number): number {
  return use % (maxOccasions + 1)
}
