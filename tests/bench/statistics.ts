import type { Comparison, Goal, Limit, Round } from './row.ts'

/** What is said of a figure. `not judged`: something that it is made of is not what it should be. */
export type Verdict = 'met' | 'missed' | 'not judged'

/** A figure beside its goal. */
export interface Figure {
  readonly label: string
  /** Median over the rounds. */
  readonly value: number
  /** The least and the greatest of the rounds. */
  readonly spread: readonly [number, number]
  /** Samples of the quantity itself, over all rounds. */
  readonly samples: number
  readonly verdict: Verdict
}

/** One quantity over all rounds. */
export interface Summary {
  readonly name: string
  readonly median: number
  /** The least and the greatest median of a round. */
  readonly spread: readonly [number, number]
  readonly samples: number
}

/**
 * The middle of some numbers; of an even count, the mean of the two in the middle.
 *
 * @throws RangeError when there are none
 */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  if (low === undefined || high === undefined) throw new RangeError('There is no median of nothing')
  return (low + high) / 2
}

/** Sums up every quantity of a measurement, in the order of their names' first appearance. */
export function summarize(rounds: readonly Round[]): Summary[] {
  const names = new Set(rounds.flatMap((round) => Object.keys(round)))
  return Array.from(names, (name) => {
    const medians = rounds.map((round) => medianOf(round, name))
    return {
      name,
      median: median(medians),
      spread: [Math.min(...medians), Math.max(...medians)],
      samples: countSamples(rounds, name),
    }
  })
}

/**
 * Makes the figures of a goal: in each round the quantities' medians are compared, and the median is taken of that.
 *
 * @param doubtful - quantities with which nothing is judged
 * @throws {Error} if something was not measured, or took no time
 */
export function figuresOf(
  { as, comparisons, limit }: Goal,
  rounds: readonly Round[],
  doubtful: readonly string[] = [],
): Figure[] {
  return comparisons.map((comparison) => {
    const values = rounds.map((round) => compare(round, comparison, as))
    const value = median(values)
    const { of, against = of } = comparison
    const isJudged = !doubtful.includes(of) && !doubtful.includes(against)
    return {
      label: comparison.label,
      value,
      spread: [Math.min(...values), Math.max(...values)],
      samples: countSamples(rounds, comparison.of),
      verdict: !isJudged ? 'not judged' : holds(value, limit) ? 'met' : 'missed',
    }
  })
}

function compare(round: Round, { of, against }: Comparison, as: Goal['as']): number {
  const own = medianOf(round, of)
  if (as === 'value' || against === undefined) return own
  const other = medianOf(round, against)
  const ratio = as === 'time' ? own / other : other / own
  if (Number.isFinite(ratio)) return ratio
  throw new Error(
    `${of} and ${against} cannot be compared: ${own} and ${other} on the page's clock`,
  )
}

function medianOf(round: Round, name: string): number {
  const samples = round[name]
  if (samples === undefined) throw new Error(`Nothing was measured of ${name}`)
  return median(samples)
}

function countSamples(rounds: readonly Round[], name: string): number {
  return rounds.reduce((sum, round) => sum + (round[name]?.length ?? 0), 0)
}

/** Whether a value is within its limit. */
export function holds(value: number, limit: Limit): boolean {
  return 'atMost' in limit ? value <= limit.atMost : value >= limit.atLeast
}
