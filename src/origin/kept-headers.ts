import type { KeptHeaders } from './chunk-source.ts'

const names = [
  'age',
  'cache-control',
  'content-disposition',
  'content-language',
  'content-location',
  'content-type',
  'cross-origin-resource-policy',
  'date',
  'etag',
  'expires',
  'last-modified',
  'timing-allow-origin',
  'vary',
] as const

/** Takes the fields that belong to the representation or to its freshness out of a response's headers. */
export function keepHeaders(headers: Headers): KeptHeaders {
  const kept: Record<string, string> = {}
  for (const name of names) {
    const value = headers.get(name)
    if (value !== null) kept[name] = value
  }
  return kept
}
