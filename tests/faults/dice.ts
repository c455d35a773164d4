/** Chance that a seed decides: the same in the page and here. */
export interface Dice {
  /** A whole number of `[0, end)`. */
  below(end: number): number
  /** One of several, the same chance for each. */
  oneOf<Choice>(choices: readonly [Choice, ...Choice[]]): Choice
}

/** Makes the dice of a seed (mulberry32). */
export function createDice(seed: number): Dice {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number): number => Math.floor(next() * end)
  return {
    below,
    oneOf: ([first, ...rest]) => {
      const at = below(rest.length + 1)
      return at === 0 ? first : (rest[at - 1] ?? first)
    },
  }
}

/** The seed of one cycle of a run: it does not depend on the cycles before. */
export function seedOfCycle(seed: number, cycle: number): number {
  return createDice(seed ^ Math.imul(cycle + 1, 0x9e3779b1)).below(2 ** 31)
}
