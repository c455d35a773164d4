import { expect, test } from '../support/e2e-test.ts'
import { wholeChunks } from '../support/fetched.ts'
import {
  hasLinuxDisk,
  linuxBooted,
  linuxPage,
  noLinuxDisk,
  noteReads,
  serveFirmware,
} from '../support/linux-page.ts'
import { openPanel, showView } from '../support/panel.ts'
import { requestsFor } from '../support/requests-for.ts'
import { settled } from '../support/settled.ts'

const isSkipped = !hasLinuxDisk && process.env['CI'] === undefined

test('Linux boots cold, and after that with the server gone', async ({ tab, serve }) => {
  test.skip(isSkipped, noLinuxDisk)
  const site = await serve({ content: 'demo' })
  await tab.goto(`${site.url}?disk=linux.img&autoboot`)
  await expect(tab.locator('main')).toHaveAttribute('data-verdict', 'right')
  await linuxBooted(tab)
  await wholeChunks(site, 'linux.img')

  await site.close()
  await tab.reload()
  await expect(tab.locator('main')).toHaveAttribute('data-verdict', 'right')
  await linuxBooted(tab)
})

test('a panel that is open during a cold boot of Linux adds no request: the reads of the guest account for each', async ({
  tab,
  serve,
}) => {
  test.skip(isSkipped, noLinuxDisk)
  // How many reads a guest makes, and in how many pieces the chunks of it come, follows the time, which no two boots have in
  // common. Chunks as small as what a request asks for at the least come in one piece; what is left is a matter of the reads.
  const chunkBytes = 4096
  const site = await serve({
    content: 'pages',
    handlers: [serveFirmware],
    pages: {
      '/page.html': linuxPage(
        `${noteReads}; globalThis.bootLinux = boot`,
        'data-panel data-readahead="off" data-chunk-size="4KiB"',
      ),
    },
  })
  for (const hasPanel of [false, true]) {
    // The machine of the boot before reads no more.
    await tab.goto(`${site.url}page.html`)
    await settled(tab, site)
    await tab.evaluate(async () => (await sectorcache.ready).clear())
    site.origin.reset()
    if (hasPanel) await showView(await openPanel(tab), 'Map')
    await tab.evaluate(() => (globalThis as unknown as { bootLinux(): void }).bootLinux())
    await linuxBooted(tab)
    const reads = await tab.evaluate(() => (globalThis as unknown as { reads: string[] }).reads)
    expect(reads.length).toBeGreaterThan(500)
    expect([hasPanel, site.diskRequests('linux.img')]).toEqual([
      hasPanel,
      requestsFor(reads, chunkBytes),
    ])
  }
})
