import type { Stage } from './stage.ts'

/** What a figure must not be above, or below. */
export type Limit = { readonly atMost: number } | { readonly atLeast: number }

/** Which quantity is compared with which: names as they are in a {@link Round}. */
export interface Comparison {
  /** Whose figure it is, as the report names it. */
  readonly label: string
  readonly of: string
  /** Absent for figures that are no ratio. */
  readonly against?: string
}

/** A row of the table of goals. */
export interface Goal {
  /** What is compared, in words. */
  readonly title: string
  readonly limit: Limit
  /**
   * How a figure is made of two times: `time` divides the first by the second, `throughput` the second by the
   * first. `value` takes the first as it is.
   */
  readonly as: 'time' | 'throughput' | 'value'
  /** The first one is the one of the default store: it decides whether the goal is met. */
  readonly comparisons: readonly Comparison[]
}

/** What was measured in one round, by quantity: mostly contenders, and their times in milliseconds. */
export type Round = Readonly<Record<string, readonly number[]>>

/** What a row has measured. */
export interface Measurement {
  readonly rounds: readonly Round[]
  /** What a reader of the figures has to know. */
  readonly notes?: readonly string[]
  /** Quantities that are not what they should be: what is made of them gets no verdict. */
  readonly doubtful?: readonly string[]
}

/** Something that is measured. */
export interface Row {
  /** For `--only`. */
  readonly name: string
  /** How it is measured, in one or two sentences. */
  readonly method: string
  readonly goals: readonly Goal[]
  /** Unit of all quantities, or of each. @default 'ms' */
  readonly unit?: string | Readonly<Record<string, string>>
  /** Rounds without `--rounds`, unless smoke is all that is wanted. */
  readonly rounds: number
  /**
   * Measures, contenders side by side in each round.
   *
   * @throws {CannotMeasure} if something that it needs is missing here
   */
  measure(stage: Stage, rounds: number): Promise<Measurement>
}

/** Something that a row needs is missing on this machine; the message says what, and how to get it. */
export class CannotMeasure extends Error {
  override readonly name = 'CannotMeasure'
}
