import { DiskCacheError } from '../core/errors.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import type { KeptHeaders } from './chunk-source.ts'

/** The origin has another generation than the one that was asked for. Never leaves the worker. */
export class DiskChangedError extends DiskCacheError {
  /** What the origin has now. */
  readonly found: GenerationIdentity
  readonly headers: KeptHeaders

  constructor(url: string, found: GenerationIdentity, headers: KeptHeaders) {
    super(
      'disk-changed',
      `${url} has changed at its origin since this session began, and the part that is wanted was not ` +
        `stored. Reload the page to read the new version.`,
      { details: { url } },
    )
    this.found = found
    this.headers = headers
  }
}
