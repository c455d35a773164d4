import type { IncomingHttpHeaders } from 'node:http'

import type { DiskSource } from './disk-source.ts'

/** What the conditions of a request say: go on, 412, or 304. */
export type PreconditionVerdict = 'proceed' | 'failed' | 'not-modified'

/** Evaluates the conditions of a GET or HEAD in the order of RFC 9110, section 13.2.2. */
export function evaluatePreconditions(
  headers: IncomingHttpHeaders,
  { etag, lastModified }: DiskSource,
): PreconditionVerdict {
  const ifMatch = headers['if-match']
  const ifUnmodifiedSince = secondsOf(headers['if-unmodified-since'])
  const modified = lastModified && secondsOf(lastModified.toUTCString())
  if (ifMatch !== undefined) {
    if (!listsTag(ifMatch, etag, isStrongMatch)) return 'failed'
  } else if (ifUnmodifiedSince !== undefined && modified !== undefined) {
    if (modified > ifUnmodifiedSince) return 'failed'
  }

  const ifNoneMatch = headers['if-none-match']
  const ifModifiedSince = secondsOf(headers['if-modified-since'])
  if (ifNoneMatch !== undefined) {
    if (listsTag(ifNoneMatch, etag, isWeakMatch)) return 'not-modified'
  } else if (ifModifiedSince !== undefined && modified !== undefined) {
    if (modified <= ifModifiedSince) return 'not-modified'
  }
  return 'proceed'
}

/** Whether `If-Range` allows a partial answer: absent, or the very validator of this disk (section 13.1.5). */
export function ifRangeHolds(headers: IncomingHttpHeaders, source: DiskSource): boolean {
  const condition = headers['if-range']?.toString()
  if (condition === undefined) return true
  if (/^(W\/)?"/.test(condition)) return isStrongMatch(condition, source.etag)
  return condition === source.lastModified?.toUTCString()
}

type TagComparison = (tag: string, other: string | undefined) => boolean

const isStrongMatch: TagComparison = (tag, other) => tag === other && !tag.startsWith('W/')

const isWeakMatch: TagComparison = (tag, other) =>
  tag.replace(/^W\//, '') === other?.replace(/^W\//, '')

function listsTag(list: string, etag: string | undefined, matches: TagComparison): boolean {
  if (list.trim() === '*') return true
  return (list.match(/(W\/)?"[^"]*"/g) ?? []).some((tag) => matches(tag, etag))
}

function secondsOf(date: string | undefined): number | undefined {
  const milliseconds = Date.parse(date ?? '')
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000)
}
