import { DiskCacheError } from './errors.ts'

/** Decides which URLs are disks. */
export interface DiskMatcher {
  /** The patterns, resolved against the base URL. */
  readonly patterns: readonly URLPattern[]
  /** Whether `url` is a disk. Query and fragment do not count. */
  matches(url: URL): boolean
}

/**
 * Compiles the `disks` option.
 *
 * @param sources - URLPattern strings; relative ones are resolved against `baseUrl`.
 * @throws {DiskCacheError} `invalid-option` when there is no pattern, one does not parse, or one has a
 * regular-expression group (those cannot become a static route, and are easy to get wrong);
 * `unsupported` where the browser has no URLPattern.
 */
export function createDiskMatcher(sources: readonly string[], baseUrl: string): DiskMatcher {
  if (sources.length === 0) {
    throw new DiskCacheError(
      'invalid-option',
      'No disks are named. Say which URLs are disk images, for example data-disks="/disks/*".',
      { details: { option: 'disks' } },
    )
  }
  const patterns = sources.map((source) => compilePattern(source, baseUrl))
  return {
    patterns,
    matches(url) {
      const address = url.href.replace(/[?#].*$/, '')
      return patterns.some((pattern) => pattern.test(address))
    },
  }
}

/**
 * A compiled pattern as text that means the same wherever it is compiled again: the worker's base URL is another
 * than the page's.
 */
export function patternText({ protocol, hostname, port, pathname }: URLPattern): string {
  return `${protocol}://${hostname}${port === '' ? '' : `:${port}`}${pathname}`
}

function compilePattern(source: string, baseUrl: string): URLPattern {
  if (typeof URLPattern === 'undefined') {
    throw new DiskCacheError(
      'unsupported',
      'This browser has no URLPattern. sectorcache needs Chromium 119, Firefox 142 or Safari 26.',
    )
  }
  let pattern: URLPattern
  try {
    pattern = new URLPattern(source, baseUrl)
  } catch (cause) {
    throw new DiskCacheError('invalid-option', `"${source}" in "disks" is no URL pattern.`, {
      details: { option: 'disks', value: source },
      cause,
    })
  }
  if (pattern.hasRegExpGroups) {
    throw new DiskCacheError(
      'invalid-option',
      `"${source}" in "disks" has a regular-expression group. Use * and :name instead.`,
      { details: { option: 'disks', value: source } },
    )
  }
  // Query and fragment tell no disks apart, so a pattern's do not count either.
  return new URLPattern(patternText(pattern))
}
