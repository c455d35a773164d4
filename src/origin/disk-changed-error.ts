import { DiskCacheError } from '../core/errors.ts'
import type { GenerationIdentity, Validator } from '../core/generation-identity.ts'
import type { KeptHeaders } from './chunk-source.ts'

/** What an origin shows of a generation: a body of unknown length is not read to learn its size. */
export interface ShownGeneration {
  readonly validator: Validator
  readonly sizeBytes?: GenerationIdentity['sizeBytes']
}

/** The origin has another generation than the one that was asked for. Never leaves the worker. */
export class DiskChangedError extends DiskCacheError {
  /** What the origin has now. */
  readonly found: ShownGeneration
  readonly headers: KeptHeaders

  constructor(url: string, found: ShownGeneration, headers: KeptHeaders) {
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
