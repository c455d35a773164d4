import type { RawTuningOptions } from '../core/parse-options.ts'

/** By the scope of the worker. A page may have several links; a worker knows pages, and not their links. */
const lastAsked = new Map<string, RawTuningOptions>()

/** Keeps what this page asked a worker of `scope` for: a later one, which does not know any more, asks for it. */
export function keepAsked(scope: string, asked: RawTuningOptions): void {
  lastAsked.set(scope, { ...asked })
}

/** What this page asked a worker of `scope` for last; `undefined` if for nothing. */
export function askedLast(scope: string): RawTuningOptions | undefined {
  return lastAsked.get(scope)
}
