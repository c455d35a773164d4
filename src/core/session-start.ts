import { parseCacheControl } from './cache-control.ts'

/** What decides whether a session may begin on a stored version without asking its origin (DESIGN section 7). */
export interface SessionStartFacts {
  /** `Cache-Control` of the stored version. */
  readonly cacheControl: string | undefined
  /** Whether all that a boot reads is stored: then a change at the origin cannot stop it half way. */
  coversBoot(): Promise<boolean>
}

/**
 * Whether a session may begin with what is stored, unasked: when its origin has promised that the version never changes
 * (RFC 8246), or when nothing of the version will be needed that may be gone.
 */
export async function mayBeginUnasked({
  cacheControl,
  coversBoot,
}: SessionStartFacts): Promise<boolean> {
  return parseCacheControl(cacheControl).has('immutable') || coversBoot()
}
