import { resetConnection } from '../../src/demo/server/faults.ts'
import { expect, test } from '../support/e2e-test.ts'
import { press, showView, shownDisk, visitPanel } from '../support/panel.ts'
import { readRange } from '../support/read.ts'

const { name, url } = shownDisk

test('jobs are shown with their disk, whatever their URL says besides, and alone when nobody has read it', async ({
  tab,
  visit,
}) => {
  const { site, panel } = await visitPanel({ tab, visit })
  site.origin.faults.add(resetConnection())
  await tab.evaluate(
    async (urls) => {
      const { jobs } = await sectorcache.ready
      for (const it of urls) await jobs.add(it)
    },
    [`${url}?signature=1`, '/disks/unread.img'],
  )
  const card = panel.getByRole('article', { name })
  await expect(card.getByRole('progressbar')).toHaveAccessibleName(/waiting network/)
  const unread = panel.getByRole('progressbar', { name: 'Prefetching unread.img' })
  await expect(unread).toHaveAccessibleName(/waiting network/)
  await press(panel, 'Cancel prefetching unread.img')
  await expect(unread).toHaveCount(0)
  await expect(card.getByRole('progressbar')).toHaveCount(1)
})

test('the panel goes on without jobs when their script is not there', async ({ tab, visit }) => {
  let asked = 0
  const { panel } = await visitPanel(
    { tab, visit },
    {
      handlers: [
        ({ url: path }, response, next) => {
          if (path !== '/sectorcache-offline.js') return next()
          asked += 1
          response.writeHead(404).end()
        },
      ],
    },
  )
  await expect(panel.getByRole('article', { name })).toContainText('2.0 MiB of 8.0 MiB')
  const problems = panel.getByRole('log', { name: 'Problems' })
  await expect(problems).toContainText('sectorcache-offline.js could not be loaded')
  await press(panel, 'Dismiss Something went wrong')
  const before = asked
  await readRange(tab, url, [0, 512])
  await showView(panel, 'Figures')
  await expect(panel.getByLabel('Reads by outcome')).toContainText('1 from the cache')
  expect(asked).toBe(before)
  await expect(problems).toHaveText('')
})
