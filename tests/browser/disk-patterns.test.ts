import { expect, test } from 'vitest'
import { createDiskMatcher } from '../../src/core/disk-patterns.ts'
test('probe', async () => {
  expect(createDiskMatcher(['/d/*'], 'http://a/').matches(new URL('http://a/d/x'))).toBe(true)
  const e = await navigator.storage.estimate()
  console.log(location.href, navigator.userAgent, JSON.stringify(e), isSecureContext, typeof URLPattern)
})
