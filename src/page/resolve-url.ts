import { DiskCacheError } from '../core/errors.ts'

/**
 * Makes a URL absolute: workers have another base URL than pages.
 *
 * @throws {DiskCacheError} `no-such-disk` for what is no URL.
 */
export function resolveUrl(url: string | URL): string {
  try {
    const resolved = new URL(url, document.baseURI)
    resolved.hash = ''
    return resolved.href
  } catch (cause) {
    throw new DiskCacheError('no-such-disk', `"${url}" is no URL.`, {
      details: { url: String(url) },
      cause,
    })
  }
}
