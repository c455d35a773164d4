import { expect, test } from '../support/e2e-test.ts'
import { fetchedOnce, wholeChunks } from '../support/fetched.ts'
import {
  hasLinuxDisk,
  linuxBooted,
  linuxPage,
  noLinuxDisk,
  serveFirmware,
} from '../support/linux-page.ts'
import { openPanel, showView } from '../support/panel.ts'
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

test('with a panel that is open during a cold boot of Linux, the same bytes are fetched, and none twice', async ({
  tab,
  serve,
}) => {
  test.skip(isSkipped, noLinuxDisk)
  // What is fetched ahead follows the time, which no two boots have in common.
  const page = linuxPage('globalThis.bootLinux = boot', 'data-panel data-readahead="off"')
  const site = await serve({
    content: 'pages',
    handlers: [serveFirmware],
    pages: { '/page.html': page },
  })
  const bootCold = async (hasPanel: boolean): Promise<readonly string[]> => {
    // The machine of the boot before reads no more.
    await tab.goto(`${site.url}page.html`)
    await settled(tab, site)
    await tab.evaluate(async () => (await sectorcache.ready).clear())
    site.origin.reset()
    if (hasPanel) await showView(await openPanel(tab), 'Map')
    await tab.evaluate(() => (globalThis as unknown as { bootLinux(): void }).bootLinux())
    await linuxBooted(tab)
    await wholeChunks(site, 'linux.img')
    return site.diskRequests('linux.img')
  }
  const alone = await bootCold(false)
  const watched = await bootCold(true)
  // In how many pieces a chunk is fetched depends on when its next piece is wanted.
  expect(fetchedOnce(watched)).toEqual(fetchedOnce(alone))
})
