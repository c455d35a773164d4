import type { IncomingHttpHeaders } from 'node:http'

import type { AnswerPlan } from './answer-plan.ts'
import type { DiskSource } from './disk-source.ts'

/** The request that an answer is spoiled for. */
export interface FaultedRequest {
  readonly method: string
  /** Path and query as requested. */
  readonly url: string
  /** The `Range` header. */
  readonly range: string | undefined
  readonly headers: IncomingHttpHeaders
}

/**
 * What a bad origin, proxy or network makes of an answer. Returns the very same plan where it has nothing to spoil,
 * for instance a whole disk where it spoils ranges.
 *
 * @param source - the disk; `undefined` when there is none of that name
 */
export type FaultTransform = (
  plan: AnswerPlan,
  source: DiskSource | undefined,
  request: FaultedRequest,
) => AnswerPlan

/** A fault that spoils partial answers, and leaves all others as they are. */
export function onPartial(
  spoil: (plan: AnswerPlan, source: DiskSource) => AnswerPlan,
): FaultTransform {
  return (plan, source) => (plan.status === 206 && source ? spoil(plan, source) : plan)
}

/** The headers but some. @param names - as the plan writes them */
export function without(
  headers: Readonly<Record<string, string>>,
  ...names: readonly string[]
): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}

/** The headers that have nothing to do with the disk: those that let pages of other origins read the answer. */
export function accessHeaders({ headers }: AnswerPlan): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^(access-control|timing-allow)-/i.test(name)),
  )
}
