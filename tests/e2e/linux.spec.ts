import { existsSync } from 'node:fs'
import { expect, test } from '../support/e2e-test.ts'
import { fetchedOnce, wholeChunks } from '../support/fetched.ts'

const ready = 'READY 1ce32b46 files=603'
const hasDisk = existsSync(new URL('../../public/disks/linux.img', import.meta.url))

test('Linux boots cold, warm without asking the origin, and with the server gone', async ({
  tab,
  serve,
}) => {
  test.skip(
    !hasDisk && process.env['CI'] === undefined,
    'public/disks/linux.img is missing: npm run guest:linux tells which tools it needs',
  )
  const site = await serve({ content: 'demo' })
  await tab.goto(`${site.url}?disk=linux.img&autoboot`)
  await expect(tab.locator('main')).toHaveAttribute('data-verdict', 'right')
  await expect(tab.locator('#serial')).toContainText(ready)
  // After READY it starts its shells, which are on the disk too: the boot ends at their prompts.
  await expect(tab.locator('#serial')).toContainText('# ')
  await expect(tab.locator('#screen')).toContainText(':/#')
  await wholeChunks(site, 'linux.img')

  // With the panel open at its busiest, and without it: the origin is asked for the same.
  const panel = tab.locator('sectorcache-panel')
  const asked: number[] = []
  for (const isOpen of [true, false]) {
    const before = site.diskRequests('linux.img').length
    await tab.reload()
    if (isOpen) await panel.getByRole('tab', { name: 'Map' }).click()
    else await panel.evaluate((it) => it.remove())
    await expect(tab.locator('main')).toHaveAttribute('data-verdict', 'right')
    await expect(tab.locator('#serial')).toContainText(ready)
    // What lies ahead of the reads may be fetched, but nothing a second time.
    fetchedOnce(site.diskRequests('linux.img'))
    asked.push(site.diskRequests('linux.img').length - before)
  }
  expect(asked[0]).toBe(asked[1])

  await site.close()
  await tab.reload()
  await expect(tab.locator('main')).toHaveAttribute('data-verdict', 'right')
  await expect(tab.locator('#serial')).toContainText(ready)
})
