import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'

const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What axe finds wrong with a page, WCAG 2.2 AA and best practices: rule and element each. */
export async function axeFindings(page: Page, selector = 'sectorcache-panel'): Promise<string[]> {
  // Past the page's own policy.
  if (!(await page.evaluate(() => 'axe' in globalThis))) {
    const session = await page.context().newCDPSession(page)
    const { readFile } = await import('node:fs/promises')
    await session.send('Runtime.evaluate', { expression: await readFile(script, 'utf8') })
    await session.detach()
  }
  return page.evaluate(async (root) => {
    interface Finding {
      readonly id: string
      readonly nodes: readonly { readonly target: unknown; readonly failureSummary: string }[]
    }
    const { axe } = globalThis as unknown as {
      axe: { run(root: string): Promise<{ violations: readonly Finding[] }> }
    }
    const { violations } = await axe.run(root)
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${String(target)} ${failureSummary}`),
    )
  }, selector)
}
