import { expect, test } from '../support/e2e-test.ts'
import { createProfile } from '../support/profile.ts'

test('the demo can be installed', async ({ tab, serve }) => {
  const site = await serve({ content: 'demo' })
  await tab.goto(site.url)
  await expect(tab.locator('main')).toHaveAttribute('data-worker', 'ready')
  const session = await tab.context().newCDPSession(tab)
  const { errors, url } = await session.send('Page.getAppManifest')
  expect([errors, url]).toEqual([[], `${site.url}manifest.webmanifest`])
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
  expect(installabilityErrors).toEqual([])
})

test('the panel of the demo prefetches, evicts and invalidates what the guest reads', async ({
  tab,
  serve,
}) => {
  const site = await serve({ content: 'demo' })
  await tab.goto(site.url)
  await expect(tab.locator('main')).toHaveAttribute('data-worker', 'ready')
  await tab.evaluate(() => fetch('/disks/exerciser.img', { headers: { Range: 'bytes=0-511' } }))
  const panel = tab.locator('sectorcache-panel')
  await panel.getByRole('button', { name: 'Prefetch exerciser.img' }).click()
  await expect(panel).toContainText('100%')
  await panel.getByRole('button', { name: 'Evict exerciser.img' }).click()
  await panel
    .getByRole('dialog')
    .getByRole('button', { name: /^Evict/ })
    .click()
  await expect(panel).toContainText('Evicted 256 chunks')
  await expect(panel).toContainText('0%')
})

test('a disk is saved to a file, and boots from it, without a server, in a browser that had nothing', async ({
  tab,
  serve,
}) => {
  const site = await serve({ content: 'demo' })
  const url = `${site.url}?disk=exerciser.img`
  await tab.goto(url)
  await expect(tab.locator('main')).toHaveAttribute('data-worker', 'ready')
  await expect(tab.locator('#guest')).toHaveValue('exerciser.img')
  await tab.evaluate(async () => (await fetch('/disks/exerciser.img')).arrayBuffer())
  const [download] = await Promise.all([
    tab.waitForEvent('download'),
    tab.getByRole('button', { name: 'Save to a file' }).click(),
  ])
  const archive = await download.path()

  const elsewhere = await createProfile()
  try {
    const page = await (await elsewhere.open()).newPage()
    const another = await serve({ content: 'demo' })
    await page.goto(`${another.url}?disk=exerciser.img`)
    await expect(page.locator('#guest')).toHaveValue('exerciser.img')
    const asked = page.waitForEvent('dialog')
    await page.locator('#archive-file').setInputFiles(archive)
    const dialog = await asked
    expect(dialog.message()).toContain(site.url)
    await dialog.accept()
    await expect(page.locator('#archive-state')).toContainText('nothing is missing')
    await page.goto(url)
    await expect(page.locator('main')).toHaveAttribute('data-worker', 'ready')
    await expect(page.locator('#guest')).toHaveValue('exerciser.img')
    site.origin.reset()
    await page.locator('#archive-file').setInputFiles(archive)
    await expect(page.locator('#archive-state')).toContainText('nothing is missing')
    expect(site.diskRequests('exerciser.img')).toEqual([])
    await site.close()
    await page.goto(`${url}&autoboot`)
    await expect(page.locator('main')).toHaveAttribute('data-verdict', 'right')
  } finally {
    await elsewhere.remove()
  }
})

test('without the worker the demo says why, and the guest boots all the same', async ({
  tab,
  serve,
}) => {
  const site = await serve({
    content: 'demo',
    headers: { '/': { 'Content-Security-Policy': 'worker-src blob:' } },
  })
  await tab.goto(`${site.url}?disk=exerciser.img&autoboot`)
  await expect(tab.locator('main')).toHaveAttribute('data-worker', 'failed')
  await expect(tab.locator('#cache-notice')).toContainText('worker-src')
  await expect(tab.locator('#serial')).toContainText('Disk exerciser')
  await tab.getByRole('button', { name: 'Save to a file' }).click()
  await expect(tab.locator('#archive-state')).toContainText('Without the disk cache')
})

test('without guests the buttons of archives say so, and an empty disk says why it is not saved', async ({
  tab,
  serve,
}) => {
  let hasGuests = false
  const site = await serve({
    content: 'demo',
    handlers: [
      ({ url }, response, next) => {
        if (url === '/disks/' && !hasGuests) response.writeHead(503).end()
        else next()
      },
    ],
  })
  await tab.goto(site.url)
  const state = tab.locator('#archive-state')
  for (const name of ['Save to a file', 'Load from a file']) {
    await state.evaluate((element) => void (element.textContent = ''))
    await tab.getByRole('button', { name }).click()
    await expect(state).toContainText('There is no guest yet')
  }
  hasGuests = true
  await tab.goto(`${site.url}?disk=exerciser.img`)
  await expect(tab.locator('#guest')).toHaveValue('exerciser.img')
  await tab.getByRole('button', { name: 'Save to a file' }).click()
  await expect(state).toContainText('nothing is stored of')
})
