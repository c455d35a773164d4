import { createExerciserSource } from '../../src/demo/server/exerciser-source.ts'
import { expectedCrc, pickFlippableByte } from '../../src/demo/guests/exerciser-workload.ts'
import { expect, test } from '../support/e2e-test.ts'
import { fetchedOnce, wholeChunks } from '../support/fetched.ts'

const sectorCount = 131_072

test('the exerciser boots cold and then warm, without asking the origin for the disk again', async ({
  tab,
  serve,
}) => {
  const site = await serve({ content: 'demo' })
  await tab.goto(`${site.url}?disk=exerciser.img&autoboot`)
  await expect(tab.locator('main')).toHaveAttribute('data-verdict', 'right')
  await expect(tab.locator('#serial')).toContainText(`OK ${expectedCrc(sectorCount)}`)
  await wholeChunks(site, 'exerciser.img')

  await tab.reload()
  await expect(tab.locator('main')).toHaveAttribute('data-verdict', 'right')
  await expect(tab.locator('#serial')).toContainText(`OK ${expectedCrc(sectorCount)}`)
  // What lies ahead of the reads may be fetched, but nothing a second time.
  fetchedOnce(site.diskRequests('exerciser.img'))
})

test('one wrong bit on the disk makes the exerciser print another checksum', async ({
  tab,
  serve,
}) => {
  const flipBit = pickFlippableByte(sectorCount)
  const flipped = createExerciserSource(sectorCount, { flipBit })
  const site = await serve({
    content: 'demo',
    extraDisks: new Map([['exerciser.img', flipped]]),
  })
  await tab.goto(`${site.url}?disk=exerciser.img&autoboot`)
  await expect(tab.locator('main')).toHaveAttribute('data-verdict', 'wrong')
  await expect(tab.locator('#serial')).toContainText(`OK ${expectedCrc(sectorCount, { flipBit })}`)
})

test('after one visit the exerciser boots with the server gone', async ({ tab, serve }) => {
  const site = await serve({ content: 'demo' })
  await tab.goto(`${site.url}?disk=exerciser.img&autoboot`)
  await expect(tab.locator('main')).toHaveAttribute('data-verdict', 'right')

  await site.close()
  await tab.reload()
  await expect(tab.locator('main')).toHaveAttribute('data-verdict', 'right')
  await expect(tab.locator('#serial')).toContainText(`OK ${expectedCrc(sectorCount)}`)
})
