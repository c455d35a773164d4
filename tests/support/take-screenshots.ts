import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createProfile } from './profile.ts'
import { openSite } from './site.ts'

/** Where the README looks for them. */
const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url))

/** Boots Linux in the demo, cold, and takes its picture in light and dark. Needs a build and the Linux disk. */
async function takeScreenshots(): Promise<void> {
  await mkdir(folder, { recursive: true })
  const site = await openSite({ content: 'demo', port: 8086 })
  const profile = await createProfile()
  try {
    const context = await profile.open()
    const tab = context.pages()[0] ?? (await context.newPage())
    await tab.setViewportSize({ width: 1360, height: 1180 })
    await tab.goto(`${site.url}?disk=linux.img&autoboot`)
    await tab.locator('main[data-verdict="right"]').waitFor({ timeout: 300_000 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await tab.emulateMedia({ colorScheme })
      await tab.screenshot({ path: `${folder}demo-${colorScheme}.png` })
    }
  } finally {
    await profile.remove()
    await site.close()
  }
}

await takeScreenshots()
