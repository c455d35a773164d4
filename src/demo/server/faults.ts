import { planText, planWhole, withHeaders, type Drip } from './answer-plan.ts'
import { accessHeaders, onPartial, without, type FaultTransform } from './fault-transform.ts'

export type { FaultTransform } from './fault-transform.ts'

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
  return dropHeaders('ETag', 'Last-Modified')
}

/** No `ETag`: versions are told apart by `Last-Modified` alone. */
export function onlyDates(): FaultTransform {
  return dropHeaders('ETag')
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

/** Sends a few bytes at a time, with a pause after each piece. */
export function slowDrip(drip: Drip = { pieceBytes: 1024, pauseMs: 100 }): FaultTransform {
  return (plan) => (plan.body.length === 0 ? plan : { ...plan, drip })
}

/**
 * Sends the reader somewhere else. What is there already is not sent away again.
 *
 * @param location - a URL, or one relative to that of the request, such as `?elsewhere`
 */
export function redirectTo(location: string, status: 302 | 307 = 302): FaultTransform {
  return (plan, _source, { url }) => {
    const here = new URL(url, 'http://here.invalid/')
    if (new URL(location, here).href === here.href) return plan
    const headers = { ...accessHeaders(plan), Location: location }
    return withHeaders(planText(status, 'The disk is elsewhere.'), headers)
  }
}

/** Resets the connection before the headers. */
export function resetConnection(): FaultTransform {
  return (plan) => ({ ...plan, interruption: { afterBytes: -1, until: 'reset' } })
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

function dropHeaders(...names: readonly string[]): FaultTransform {
  return (plan) => {
    const headers = without(plan.headers, ...names)
    return Object.keys(headers).length < Object.keys(plan.headers).length
      ? { ...plan, headers }
      : plan
  }
}
