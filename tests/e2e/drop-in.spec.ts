import { expectedCrc } from '../../src/demo/guests/exerciser-workload.ts'
import { expect, test } from '../support/e2e-test.ts'

const checksum = `OK ${expectedCrc(131_072)}`

test('a page with nothing but the script tag and v86 boots cold, warm and offline', async ({
  tab,
  serve,
}) => {
  const site = await serve({ content: 'pages' })
  await tab.goto(`${site.url}emulator.html`)
  await expect(tab.locator('#serial')).toContainText(checksum)
  expect(site.diskRequests('exerciser.img').length).toBeGreaterThan(0)

  site.origin.reset()
  await tab.reload()
  await expect(tab.locator('#serial')).toContainText(checksum)
  expect(site.diskRequests('exerciser.img')).toEqual([])
})
