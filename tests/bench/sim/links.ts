import type { LinkTraits } from './link-model.ts'

/** A link of the matrix. */
export interface MatrixLink extends LinkTraits {
  readonly name: string
  readonly mbit: number
}

/** The matrix of links: delays in ms, each with rates in Mbit/s. */
export const matrix: readonly MatrixLink[] = [5, 50, 200].flatMap((delayMs) =>
  [2, 20, 200].map((mbit) => ({
    name: `${delayMs} ms, ${mbit} Mbit/s`,
    delayMs,
    mbit,
    bytesPerMs: mbit * 125,
  })),
)
