import type { RfcDiskOptions } from './disk.ts'
import type { Bench, Ask } from './bench.ts'

/** What an answer must be. */
export interface Expected {
  readonly status: number
  /** Bytes `[start, end)` of the disk, or none. Not looked at where it is absent. */
  readonly body?: readonly [number, number] | 'none'
  /** Header fields: their text, a pattern, or `null` for those that must not be there. */
  readonly headers?: Readonly<Record<string, string | RegExp | null>>
}

/** One requirement, and how it is seen to be met. */
export interface Row {
  /** Such as `9110 14.2`. */
  readonly section: string
  readonly level: 'MUST' | 'SHOULD' | 'MAY'
  /** The requirement, in our words. */
  readonly rule: string
  readonly disk?: RfcDiskOptions
  /** Header fields that the origin sends besides. */
  readonly origin?: Readonly<Record<string, string>>
  /** Whether a warm cache asks the origin for this. @default false */
  readonly asksOrigin?: boolean
  readonly check: (bench: Bench) => Promise<void>
}

/** A row of one request and its answer. */
export function row(
  [section, level, rule]: readonly [string, Row['level'], string],
  ask: Ask,
  expected: Expected,
  more: Partial<Pick<Row, 'disk' | 'origin' | 'asksOrigin'>> = {},
): Row {
  return {
    section,
    level,
    rule,
    ...more,
    check: async (bench) => bench.expect(await bench.ask(ask), expected),
  }
}
