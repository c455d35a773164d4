import type { ByteRange } from '../core/byte-range.ts'
import type { CacheStatus } from '../core/cache-status.ts'
import { formatContentRange } from '../core/content-range.ts'
import { evaluatePreconditions, isRangeApplicable } from '../core/preconditions.ts'
import { parseRangeHeader } from '../core/range-header.ts'
import { resolveRanges } from '../core/resolve-ranges.ts'
import { makeBody } from './answer-body.ts'
import type { AnswerBody, BodyReading } from './answer-body.ts'
import {
  dropContentFields,
  dropRepresentationFields,
  makeFields,
  validatorsOf,
} from './answer-headers.ts'
import type { AnswerFields } from './answer-headers.ts'
import { bodyLength, multipartSections } from './body-section.ts'
import type { BodySection } from './body-section.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'

/** An answer, and what there is to tell about it. */
export interface Answer {
  readonly response: Response
  /** The bytes of the disk that the body holds, from the first to the last. */
  readonly range?: ByteRange
  readonly body?: AnswerBody
}

interface AnswerInput extends BodyReading {
  readonly request: Request
  readonly fetcher: ChunkFetcher
  /** Whether the origin has just said that this is still its own; absent where the reader did not ask for that. */
  readonly isValidated?: boolean
  /** When the request came, by `performance.now()`. */
  readonly startedMs: number
}

/**
 * The first byte that a request wants, as far as that can be told without knowing the disk's size; `undefined`
 * for a HEAD, which wants none.
 */
export function firstOffset({ method, headers }: Request): number | undefined {
  if (method === 'HEAD') return undefined
  const [first] = parseRangeHeader(headers.get('range')) ?? []
  return first?.kind === 'from' ? first.first : 0
}

/**
 * Answers a GET or HEAD from one generation: preconditions, range, headers, body, in that order (RFC 9110
 * sections 13.2.2 and 14).
 *
 * @throws {DiskCacheError} when missing bytes cannot be had.
 */
export async function answerRead(input: AnswerInput): Promise<Answer> {
  const { request, fetcher } = input
  const { grid } = fetcher.generation
  const validators = validatorsOf(fetcher.fields)
  const outcome = evaluatePreconditions(request.headers, validators)
  if (outcome === 'not-modified') return { response: withoutBody(input, 304) }
  if (outcome === 'failed') return { response: withoutBody(input, 412) }
  // A HEAD has no ranges: RFC 9110 section 14.2 defines them for GET only.
  const specs =
    request.method === 'GET' && isRangeApplicable(request.headers, validators)
      ? parseRangeHeader(request.headers.get('range'))
      : undefined
  if (specs === undefined) return answerWhole(input)
  // The last bytes of nothing are satisfiable (RFC 9110 section 14.1.2), but no Content-Range can say so.
  if (
    grid.sizeBytes === 0 &&
    specs.some((spec) => spec.kind === 'suffix' && spec.suffixLength > 0)
  ) {
    return answerWhole(input)
  }
  const ranges = resolveRanges(specs, grid.sizeBytes)
  const [first] = ranges
  if (first === undefined) {
    const contentRange = formatContentRange(undefined, grid.sizeBytes)
    return { response: withoutBody(input, 416, { 'content-range': contentRange }) }
  }
  return ranges.length === 1 ? answerRange(input, first) : answerRanges(input, ranges)
}

async function answerWhole(input: AnswerInput): Promise<Answer> {
  const { sizeBytes } = input.fetcher.generation.grid
  if (input.request.method === 'HEAD') {
    return { response: withoutBody(input, 200, { 'content-length': String(sizeBytes) }) }
  }
  const range = { start: 0, end: sizeBytes }
  return withBody(input, { status: 200, range, sections: [{ kind: 'disk', range }], fields: {} })
}

function answerRange(input: AnswerInput, range: ByteRange): Promise<Answer> {
  const contentRange = formatContentRange(range, input.fetcher.generation.grid.sizeBytes)
  return withBody(input, {
    status: 206,
    range,
    sections: [{ kind: 'disk', range }],
    fields: { 'content-range': contentRange },
  })
}

function answerRanges(input: AnswerInput, ranges: readonly ByteRange[]): Promise<Answer> {
  const { fields, generation } = input.fetcher
  const { grid } = generation
  const boundary = crypto.randomUUID()
  const sections = multipartSections(ranges, {
    contentType: fields.headers['content-type'],
    sizeBytes: grid.sizeBytes,
    boundary,
  })
  const start = Math.min(...ranges.map((range) => range.start))
  const end = Math.max(...ranges.map((range) => range.end))
  return withBody(input, {
    status: 206,
    range: { start, end },
    sections,
    fields: { 'content-type': `multipart/byteranges; boundary=${boundary}` },
  })
}

interface BodyAnswer {
  readonly status: 200 | 206
  readonly range: ByteRange
  readonly sections: readonly BodySection[]
  readonly fields: Readonly<AnswerFields>
}

async function withBody(
  input: AnswerInput,
  { status, range, sections, fields }: BodyAnswer,
): Promise<Answer> {
  const body = await makeBody(input.fetcher, sections, input)
  const headers = {
    ...fieldsOf(input, body),
    ...fields,
    'content-length': String(bodyLength(sections)),
  }
  return { response: new Response(body.body, { status, headers }), range, body }
}

function withoutBody(
  input: AnswerInput,
  status: number,
  fields: Readonly<AnswerFields> = {},
): Response {
  const common = fieldsOf(input, undefined)
  if (status === 304) dropContentFields(common)
  else if (status !== 200) dropRepresentationFields(common)
  return new Response(null, { status, headers: { ...common, ...fields } })
}

function fieldsOf(input: AnswerInput, body: AnswerBody | undefined): AnswerFields {
  const { fields, isCrossOrigin } = input.fetcher
  return makeFields(
    fields,
    { cacheStatus: cacheStatusOf(input, body), durationMs: performance.now() - input.startedMs },
    { nowMs: Date.now(), isCrossOrigin },
  )
}

function cacheStatusOf(
  { fetcher, isNew, isValidated }: AnswerInput,
  body: AnswerBody | undefined,
): CacheStatus {
  const outcome = body?.outcome ?? (isNew ? 'miss' : 'hit')
  if (outcome !== 'hit') {
    return {
      outcome,
      ...(body?.originStatus && { forwardStatus: body.originStatus }),
      stored: fetcher.isStoring,
    }
  }
  if (isValidated === true) return { outcome: 'request', detail: 'validated' }
  return isValidated === false ? { outcome, detail: 'not validated: no origin' } : { outcome }
}
