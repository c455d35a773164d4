import { planText, planWhole, withHeaders, type AnswerPlan } from './answer-plan.ts'
import type { DiskSource } from './disk-source.ts'

/**
 * What a bad origin, proxy or network makes of an answer. Returns the very same plan where it has nothing to spoil,
 * for instance a whole disk where it spoils ranges.
 *
 * @param source - the disk; `undefined` when there is none of that name
 */
export type FaultTransform = (plan: AnswerPlan, source: DiskSource | undefined) => AnswerPlan

/** Another status with a text. @param retryAfter - seconds, or a date, for `Retry-After` */
export function answerStatus(status: number, retryAfter?: number | string): FaultTransform {
  const plan = planText(status, `A fault answers ${status}.`)
  const spoiled =
    retryAfter === undefined ? plan : withHeaders(plan, { 'Retry-After': String(retryAfter) })
  return () => spoiled
}

/** Answers 200 with the whole disk to a range. @param options - whether its length is told */
export function ignoreRange(options: { readonly withLength: boolean }): FaultTransform {
  return onPartial((plan, source) => {
    const { 'Content-Length': length, ...headers } = {
      ...without(plan.headers, 'Content-Range', 'Accept-Ranges'),
      ...planWhole(source).headers,
    }
    const whole = { ...planWhole(source), headers }
    return options.withLength && length !== undefined
      ? withHeaders(whole, { 'Content-Length': length })
      : whole
  })
}

/** Closes the connection so many bytes before the end that `Content-Length` promised. */
export function shortBody(missingBytes: number): FaultTransform {
  return (plan) => {
    const promised = Number(plan.headers['Content-Length'] ?? 0)
    const afterBytes = Math.max(0, promised - missingBytes)
    return promised === 0 ? plan : { ...plan, interruption: { afterBytes, until: 'reset' } }
  }
}

/** A `Content-Range` that is shifted against the bytes. @param shiftBytes - by how much */
export function wrongContentRange(shiftBytes = 512): FaultTransform {
  return onContentRange((start, last, total) => [start + shiftBytes, last + shiftBytes, total])
}

/** A `Content-Range` with another size of the disk. @param extraBytes - how much larger it is */
export function wrongTotal(extraBytes = 512): FaultTransform {
  return onContentRange((start, last, total) => [start, last, total + extraBytes])
}

/** Another entity tag with the same bytes, as from a second server. */
export function changedEtag(etag = '"changed"'): FaultTransform {
  return (plan) => ('ETag' in plan.headers ? withHeaders(plan, { ETag: etag }) : plan)
}

/** A weak entity tag, as from a proxy that may compress. */
export function weakEtag(): FaultTransform {
  return (plan) => {
    const etag = plan.headers['ETag']
    return etag === undefined || etag.startsWith('W/')
      ? plan
      : withHeaders(plan, { ETag: `W/${etag}` })
  }
}

/** No `ETag` and no `Last-Modified`. */
export function noValidator(): FaultTransform {
  return (plan) => {
    const headers = without(plan.headers, 'ETag', 'Last-Modified')
    return Object.keys(headers).length < Object.keys(plan.headers).length
      ? { ...plan, headers }
      : plan
  }
}

/** Compresses a range on the way, as some proxies do. */
export function gzipRange(): FaultTransform {
  return onPartial((plan) => {
    const headers = { ...without(plan.headers, 'Content-Length'), 'Content-Encoding': 'gzip' }
    return { ...plan, headers, gzip: true }
  })
}

/** Sends the headers and some bytes, then nothing more. @param until - lets the rest go */
export function stall(options: {
  readonly afterBytes: number
  readonly until: Promise<void>
}): FaultTransform {
  return (plan) => ({ ...plan, interruption: options })
}

/** Resets the connection before the headers. */
export function resetConnection(): FaultTransform {
  return (plan) => ({ ...plan, interruption: { afterBytes: -1, until: 'reset' } })
}

function onPartial(spoil: (plan: AnswerPlan, source: DiskSource) => AnswerPlan): FaultTransform {
  return (plan, source) => (plan.status === 206 && source ? spoil(plan, source) : plan)
}

function onContentRange(
  spoil: (start: number, last: number, total: number) => readonly number[],
): FaultTransform {
  return onPartial((plan) => {
    const numbers = plan.headers['Content-Range']?.match(/\d+/g)?.map(Number)
    if (numbers === undefined) return plan
    const [start, last, total] = spoil(numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0)
    return withHeaders(plan, { 'Content-Range': `bytes ${start}-${last}/${total}` })
  })
}

function without(
  headers: Readonly<Record<string, string>>,
  ...names: readonly string[]
): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}
