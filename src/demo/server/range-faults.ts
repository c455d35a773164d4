import {
  planAnswer,
  planMultipart,
  planRange,
  withHeaders,
  type AnswerPlan,
} from './answer-plan.ts'
import type { ByteRange } from './disk-source.ts'
import { accessHeaders, onPartial, without, type FaultTransform } from './fault-transform.ts'

/** Answers 206 with what is there now although `If-Range` names another version. */
export function ignoreIfRange(): FaultTransform {
  return (plan, source, { method, headers }) => {
    const { 'if-range': condition, ...others } = headers
    if (condition === undefined || plan.status !== 200 || source === undefined) return plan
    const cacheControl = plan.headers['Cache-Control'] ?? 'no-cache'
    const partial = planAnswer({ method, headers: others }, source, cacheControl)
    return partial.status === 206 ? withHeaders(partial, accessHeaders(plan)) : plan
  }
}

/** `Content-Range: bytes a-b/*`: the size of the disk is not told. */
export function unknownTotal(): FaultTransform {
  return onPartial((plan) => {
    const field = plan.headers['Content-Range']
    return field === undefined
      ? plan
      : withHeaders(plan, { 'Content-Range': field.replace(/\/\d+$/, '/*') })
  })
}

/**
 * More bytes than `Content-Range` promised. There is no `Content-Length` then: browsers cut a body off at the
 * length that it tells, so that the surplus would never be seen.
 */
export function longBody(extraBytes = 512): FaultTransform {
  return onPartial((plan) => ({
    ...plan,
    headers: without(plan.headers, 'Content-Length'),
    body: [...plan.body, new Uint8Array(extraBytes).fill(0xee)],
  }))
}

/** An honest 206 with the beginning of what was asked for, as RFC 9110 section 15.3.7 allows. */
export function shorterRange(maxBytes: number = 64 * 1024): FaultTransform {
  return onPartial((plan, source) => {
    const range = rangeOf(plan)
    if (range === undefined || range.end - range.start <= maxBytes) return plan
    const { start } = range
    return withBody(plan, planRange({ start, end: start + maxBytes }, source))
  })
}

/** `multipart/byteranges` with one part, for a single range. RFC 9110 section 15.3.7.2 forbids it. */
export function multipartForOne(): FaultTransform {
  return onPartial((plan, source) => {
    const range = rangeOf(plan)
    if (range === undefined) return plan
    const headers = without(plan.headers, 'Content-Range')
    return withBody({ ...plan, headers }, planMultipart([range], source))
  })
}

/** The one range that a plan sends. */
function rangeOf({ body }: AnswerPlan): ByteRange | undefined {
  const [piece, ...rest] = body
  return piece === undefined || piece instanceof Uint8Array || rest.length > 0 ? undefined : piece
}

function withBody(plan: AnswerPlan, { headers, body }: AnswerPlan): AnswerPlan {
  return withHeaders({ ...plan, body }, headers)
}
