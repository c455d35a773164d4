import { parseCacheControl } from './cache-control.ts'
import type { HeaderSource } from './header-source.ts'
import { variesByEverything } from './vary.ts'

/** How much of pages may be kept. */
export interface ShellLimits {
  /** All files together, in bytes. */
  readonly budgetBytes: number
  /** The longest that a file may be, in bytes. */
  readonly maxFileBytes: number
}

/** The cache in which the files of a worker's scope are kept. */
export function shellCacheName(scope: string): string {
  return `sectorcache-shell ${scope}`
}

/** The limits in force. */
export const shellLimits: ShellLimits = {
  budgetBytes: 64 * 1024 * 1024,
  maxFileBytes: 32 * 1024 * 1024,
}

/** What of a request decides whether it may be answered by a file that was kept. */
export interface ShellRequestFacts {
  readonly url: string
  readonly method: string
  /** The request's cache mode (Fetch section 2.2.5). */
  readonly cache: string
  readonly headers: HeaderSource
}

/**
 * Whether a request is for a whole file of the site. Ranges, requests of somebody who logs in by a header, streams of
 * events, and requests past every cache are left to the network alone.
 *
 * @param origin - of the site.
 */
export function isShellRequest(
  { url, method, cache, headers }: ShellRequestFacts,
  origin: string,
): boolean {
  if (method !== 'GET' || new URL(url).origin !== origin) return false
  if (cache === 'no-store' || cache === 'only-if-cached') return false
  if (headers.get('range') !== null || headers.get('authorization') !== null) return false
  return headers.get('accept')?.includes('text/event-stream') !== true
}

/** Requests that a page makes for what it consists of: HTML tells, and no script (Fetch section 2.2.5). */
const partsOfPages: ReadonlySet<string> = new Set([
  'document',
  'iframe',
  'frame',
  'script',
  'style',
  'font',
  'image',
  'manifest',
  'worker',
  'sharedworker',
])

/**
 * Whether what was kept may answer while there is a network that is merely slow. What a script fetches may be data, which must
 * not go back in time; of that, only wasm is surely a part of the page.
 */
export function mayAnswerSlow(
  { destination }: { readonly destination: string },
  kept: { readonly headers: HeaderSource },
): boolean {
  return (
    partsOfPages.has(destination) ||
    kept.headers.get('content-type')?.startsWith('application/wasm') === true
  )
}

/** What of a response decides whether it may be kept. */
export interface ShellResponseFacts {
  readonly status: number
  readonly type: string
  /** It may be a login page, in the place of a file. */
  readonly redirected: boolean
  readonly headers: HeaderSource
}

/** Whether a response is whole, readable, and nobody's secret: `no-store` and `private` are left alone. */
export function mayKeepInShell({ status, type, redirected, headers }: ShellResponseFacts): boolean {
  if (status !== 200 || redirected || (type !== 'basic' && type !== 'default')) return false
  const directives = parseCacheControl(headers.get('cache-control'))
  if (directives.has('no-store') || directives.has('private')) return false
  if (variesByEverything(headers.get('vary') ?? undefined)) return false
  return Number(headers.get('content-length') ?? 0) <= shellLimits.maxFileBytes
}

/** Whether two responses are surely the same file, so that it need not be written again: their ETags are equal. */
export function isSameShellFile(kept: HeaderSource, newer: HeaderSource): boolean {
  const etag = newer.get('etag')
  return etag !== null && etag === kept.get('etag')
}
