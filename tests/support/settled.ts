import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'

import type { DiskStatus } from '../../src/protocol/reports.ts'
import type { Site } from './site.ts'

/** Waits until the origin has answered all that it was asked, and every chunk of which it sent a part is stored. */
export async function settled(tab: Page, { origin }: Site): Promise<void> {
  await expect
    .poll(async () => {
      const disks = await tab.evaluate(async () => (await sectorcache.ready).disks())
      return origin.counters.open === 0 && disks.every((disk) => isSettled(disk, { origin }))
    })
    .toBe(true)
}

function isSettled(
  { url, size = 0, chunkSize = 1, coverage }: DiskStatus,
  site: Pick<Site, 'origin'>,
) {
  const sent = site.origin.requests.flatMap((request) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.range ?? '') ?? []
    const isOurs = new URL(request.url, url).href === url && request.status === 206
    // A single byte asks what there is.
    return isOurs && last !== undefined && last !== first
      ? [[Number(first), Number(last)] as const]
      : []
  })
  return sent.every(([first, last]) => {
    const start = Math.floor(first / chunkSize) * chunkSize
    const end = Math.min((Math.floor(last / chunkSize) + 1) * chunkSize, size)
    return coverage.some((run) => run.start <= start && run.end >= end)
  })
}
