import { expect, test, vi } from 'vitest'

import { createDiskMatcher, patternText } from '../../src/core/disk-patterns.ts'

const base = 'https://a.test/app/index.html'

function matches(patterns: readonly string[], url: string): boolean {
  return createDiskMatcher(patterns, base).matches(new URL(url, base))
}

test.each([
  ['/disks/*', '/disks/a.img'],
  ['/disks/*', '/disks/deep/a.img'],
  ['/disks/*', 'https://a.test/disks/'],
  ['disks/*', '/app/disks/a.img'],
  ['./disks/*', '/app/disks/a.img'],
  ['../disks/*', '/disks/a.img'],
  ['/disks/:name.img', '/disks/a.img'],
  ['/disks/:arch?/a.img', '/disks/a.img'],
  ['/*.img', '/any/where/a.img'],
  ['https://cdn.test/*', 'https://cdn.test/a.img'],
  ['https://*.cdn.test/*', 'https://eu.cdn.test/a.img'],
  ['https://cdn.test:8443/*', 'https://cdn.test:8443/a.img'],
  ['http{s}?://cdn.test/*', 'http://cdn.test/a.img'],
  ['/a.img', '/a.img'],
  ['/a%20b.img', '/a b.img'],
])('%s takes %s for a disk', (pattern, url) => {
  expect(matches([pattern], url)).toBe(true)
})

test.each([
  ['/disks/*', '/disk/a.img'],
  ['/disks/*', '/app/disks/a.img'],
  ['/disks/*', 'https://b.test/disks/a.img'],
  ['/disks/*', 'http://a.test/disks/a.img'],
  ['/disks/*', 'https://a.test:8443/disks/a.img'],
  ['disks/*', '/disks/a.img'],
  ['/disks/:name.img', '/disks/deep/a.img'],
  ['https://*.cdn.test/*', 'https://cdn.test/a.img'],
  ['/a.img', '/A.img'],
])('%s does not take %s for a disk', (pattern, url) => {
  expect(matches([pattern], url)).toBe(false)
})

test.each([
  '/disks/a.img?signature=1&path=/x',
  '/disks/a.img?',
  '/disks/a.img#part',
  '/disks/a.img?v=1#part?',
])('query and fragment do not count: %s', (url) => {
  expect(matches(['/disks/*'], url)).toBe(true)
  expect(matches(['/disks/a.img'], url)).toBe(true)
  expect(matches(['/other/*'], `/disks/a.img?/other/`)).toBe(false)
})

test('a disk is what any of the patterns matches', () => {
  const matcher = createDiskMatcher(['/a/*', '/b/*'], base)
  const urls = ['/a/1', '/b/1', '/c/1'].map((path) => new URL(path, base))
  expect(urls.map((url) => matcher.matches(url))).toEqual([true, true, false])
  expect(matcher.patterns).toHaveLength(2)
})

test.each([
  ['/disks/(\\d+)', 'regular-expression group'],
  ['/disks/:name([a-z]+)', 'regular-expression group'],
  ['https://a.test/{', 'is no URL pattern'],
  ['/disks/:', 'is no URL pattern'],
])('refuses %s, and says why', (pattern, words) => {
  const create = (): unknown => createDiskMatcher(['/good/*', pattern], base)
  expect(create).toThrow(words)
  expect(create).toThrow(
    expect.objectContaining({
      code: 'invalid-option',
      details: { option: 'disks', value: pattern },
    }),
  )
})

test('refuses to have no pattern at all', () => {
  expect(() => createDiskMatcher([], base)).toThrow(
    expect.objectContaining({ code: 'invalid-option', details: { option: 'disks' } }),
  )
})

test('says unsupported where there is no URLPattern', () => {
  vi.stubGlobal('URLPattern', undefined)
  try {
    expect(() => createDiskMatcher(['/a/*'], base)).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
  } finally {
    vi.unstubAllGlobals()
  }
})

test('a pattern as text means the same wherever it is compiled again', () => {
  const sources = [
    '/disks/*',
    'disks/*.img',
    '../:name/a b.img',
    'https://*.cdn.test/*',
    'https://cdn.test:8443/:a?/{b}+/*',
    'http{s}?://cdn.test/*',
    '/x\\*y/*',
  ]
  const texts = createDiskMatcher(sources, base).patterns.map(patternText)
  const elsewhere = createDiskMatcher(texts, 'https://elsewhere.test/worker.js')
  expect(elsewhere.patterns.map(patternText)).toEqual(texts)
  const urls = [
    '/disks/a.img',
    '/app/disks/a.img',
    '/app/disks/a.iso',
    '/x/a b.img',
    '/app/x/a b.img',
    'https://eu.cdn.test/x',
    'https://cdn.test:8443/a/b/c',
    'https://cdn.test:8443/b/c',
    'http://cdn.test/x',
    '/x*y/z',
    '/xay/z',
    'https://elsewhere.test/disks/a.img',
  ].map((url) => new URL(url, base))
  const before = createDiskMatcher(sources, base)
  expect(urls.map((url) => elsewhere.matches(url))).toEqual(urls.map((url) => before.matches(url)))
})

test.each(['/a?v=1', '/a#part', '/a?v=1#part'])(
  'query and fragment of a pattern do not count either, in page and worker: %s',
  (source) => {
    const texts = createDiskMatcher([source], base).patterns.map(patternText)
    const urls = ['/a', '/a?v=1', '/a?v=2#part']
    expect(urls.filter((url) => matches(texts, url))).toEqual(urls)
    expect(urls.filter((url) => matches([source], url))).toEqual(urls)
  },
)
