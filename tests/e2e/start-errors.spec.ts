import type { Page } from '@playwright/test'
import { expect, test } from '../support/e2e-test.ts'
import { createProfile } from '../support/profile.ts'
import { openSite } from '../support/site.ts'
import type { SiteOptions } from '../support/site.ts'

const page = '/page.html'

/** How `ready` fails on a page with this script tag, and what the console says. */
async function failureOf(
  tab: Page,
  url: string,
): Promise<{ code: string; message: string; details: Record<string, unknown>; console: string }> {
  const logged = tab.waitForEvent('console', (line) => line.text().includes('[sectorcache]'))
  await tab.goto(url)
  const error = await tab.evaluate(() =>
    sectorcache.ready.then(
      () => ({ code: 'none', message: 'it started', details: {} }),
      ({ code, message, details }) => ({ code, message, details }),
    ),
  )
  return { ...error, console: (await logged).text() }
}

function withTag(attributes: string, extra: Partial<SiteOptions> = {}): SiteOptions {
  const html = `<!doctype html><title>page</title><script src="/sectorcache.js" ${attributes}></script>`
  return { content: 'pages', pages: { [page]: html }, ...extra }
}

const mistakes = [
  ['no disks', '', 'disks', 'No disks are named'],
  [
    'a chunk size that is no power of two',
    'data-disks="/d/*" data-chunk-size="3MiB"',
    'chunk-size',
    '"3MiB"',
  ],
  [
    'an unknown option',
    'data-disks="/d/*" data-chunks="1"',
    'chunks',
    'There is no option "chunks"',
  ],
  ['a regular-expression group', 'data-disks="/d/([0-9]+)"', 'disks', 'regular-expression group'],
  [
    'a store that does not exist',
    'data-disks="/d/*" data-store="floppy"',
    'store',
    'auto or idb or opfs',
  ],
] as const

for (const [mistake, attributes, option, words] of mistakes) {
  test(`${mistake} is told in the console and by ready`, async ({ tab, serve }) => {
    const site = await serve(withTag(attributes))
    const failure = await failureOf(tab, site.url + page.slice(1))
    expect(failure.code).toBe('invalid-option')
    expect(failure.details['option']).toBe(option)
    expect(failure.message).toContain(words)
    expect(failure.console).toContain('invalid-option')
  })
}

const obstacles = [
  ['a worker script that is not there', 'data-sw="/nowhere/sw.js"', {}, 'not-found', 'data-sw'],
  [
    'a worker script that is no JavaScript',
    'data-sw="/blank.html"',
    {},
    'not-a-script',
    'Content-Type',
  ],
  [
    'a worker script in a folder below the page',
    'data-sw="/deep/sectorcache-sw.js"',
    {},
    'scope',
    'Service-Worker-Allowed',
  ],
  [
    'a Content-Security-Policy without workers',
    '',
    { 'Content-Security-Policy': "worker-src 'none'" },
    'csp',
    'worker-src',
  ],
  [
    'a Trusted Types policy that is not allowed',
    '',
    { 'Content-Security-Policy': "require-trusted-types-for 'script'; trusted-types other" },
    'trusted-types',
    '"trusted-types"',
  ],
] as const

for (const [obstacle, attributes, headers, reason, words] of obstacles) {
  test(`${obstacle} is told apart, with the way out`, async ({ tab, serve }) => {
    const site = await serve(
      withTag(`data-disks="/disks/*" ${attributes}`, {
        headers: { [page]: headers },
        mounts: { '/deep/': 'dist' },
      }),
    )
    const failure = await failureOf(tab, site.url + page.slice(1))
    expect([failure.code, failure.details['reason']]).toEqual(['not-registered', reason])
    expect(failure.message).toContain(words)
  })
}

test('starts under Trusted Types that allow the policy "sectorcache"', async ({ tab, serve }) => {
  const policy = "require-trusted-types-for 'script'; trusted-types sectorcache"
  const site = await serve(
    withTag('data-disks="/disks/*"', {
      headers: { [page]: { 'Content-Security-Policy': policy } },
    }),
  )
  await tab.goto(site.url + page.slice(1))
  expect(await tab.evaluate(() => sectorcache.ready.then(() => 'ready'))).toBe('ready')
})

test('a page that is no secure context is told so', async () => {
  const site = await openSite(withTag('data-disks="/disks/*"'))
  const profile = await createProfile({
    args: ['--host-resolver-rules=MAP insecure.test 127.0.0.1'],
  })
  try {
    const tab = await (await profile.open()).newPage()
    const failure = await failureOf(tab, `http://insecure.test:${site.port}${page}`)
    expect(failure.code).toBe('unsupported')
    expect(failure.message).toContain('not a secure context')
  } finally {
    await profile.remove()
    await site.close()
  }
})

test('a worker that was registered by hand with an unusable query tells the page', async ({
  tab,
  serve,
}) => {
  const site = await serve({ content: 'pages' })
  await tab.goto(`${site.url}library.html`)
  const error = await tab.evaluate(async () => {
    const registration = await navigator.serviceWorker.register(
      '/sectorcache-sw.js?disks=/disks/*&parallel=0',
    )
    const { connectDiskCache } = (await import('sectorcache' as string)) as {
      connectDiskCache: (options: object) => Promise<unknown>
    }
    return connectDiskCache({ registration }).then(
      () => 'connected',
      ({ code, message }) => ({ code, message }),
    )
  })
  expect(error).toMatchObject({ code: 'invalid-option' })
})
