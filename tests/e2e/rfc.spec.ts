import { test as base } from '@playwright/test'
import type { Page } from '@playwright/test'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import { createBench } from '../rfc/bench.ts'
import { cacheRows } from '../rfc/cache-rows.ts'
import { answerWrites } from '../rfc/answer-writes.ts'
import { ifRangeRows } from '../rfc/if-range-rows.ts'
import { multipartRows } from '../rfc/multipart-rows.ts'
import { preconditionRows } from '../rfc/precondition-rows.ts'
import { rangeRows } from '../rfc/range-rows.ts'
import { requestRows } from '../rfc/request-rows.ts'
import { sessionRows } from '../rfc/session-rows.ts'
import { validationRows } from '../rfc/validation-rows.ts'
import { varyRows } from '../rfc/vary-rows.ts'
import { writeRows } from '../rfc/write-rows.ts'
import { expect, pageWith } from '../support/e2e-test.ts'
import { createProfile } from '../support/profile.ts'
import { openSite } from '../support/site.ts'
import type { Site } from '../support/site.ts'

interface Stand {
  readonly tab: Page
  readonly site: Site
  readonly disks: Map<string, DiskSource>
}

/** One browser and one site for all rows of a worker: each row has a disk of its own. */
const test = base.extend<object, { stand: Stand }>({
  stand: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the parameter's form
    async ({}, use) => {
      const disks = new Map<string, DiskSource>()
      const page = pageWith({ attributes: 'data-chunk-size="4KiB"' })
      const site = await openSite({
        content: 'pages',
        pages: { '/page.html': page },
        extraDisks: disks,
        handlers: [answerWrites(disks)],
      })
      const profile = await createProfile()
      const context = await profile.open()
      const tab = context.pages()[0] ?? (await context.newPage())
      await tab.goto(`${site.url}page.html`)
      await tab.evaluate(() => sectorcache.ready)
      await use({ tab, site, disks })
      await profile.remove()
      await site.close()
    },
    { scope: 'worker' },
  ],
})

const rows = [
  ...rangeRows,
  ...multipartRows,
  ...preconditionRows,
  ...ifRangeRows,
  ...cacheRows,
  ...validationRows,
  ...requestRows,
  ...varyRows,
  ...sessionRows,
  ...writeRows,
]

for (const [number, row] of rows.entries()) {
  for (const state of ['cold', 'warm'] as const) {
    test(`${row.section} ${row.level}, ${state}: ${row.rule}`, async ({ stand }) => {
      const bench = await createBench(row, state, { ...stand, name: `${number}-${state}.img` })
      await row.check(bench)
      if (state === 'cold' || row.asksOrigin === true) return
      expect(bench.asked().map(({ method, range }) => `${method} ${range ?? ''}`)).toEqual([])
    })
  }
}
