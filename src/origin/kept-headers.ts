import { keptFieldNames } from '../core/kept-fields.ts'
import type { KeptHeaders } from './chunk-source.ts'

/** Takes the fields that belong to the representation or to its freshness out of a response's headers. */
export function keepHeaders(headers: Headers): KeptHeaders {
  const kept: Record<string, string> = {}
  for (const name of keptFieldNames) {
    const value = headers.get(name)
    if (value !== null) kept[name] = value
  }
  return kept
}
