import type { Page } from '@playwright/test'

/** @returns what tells which elements have moved since, though nobody had touched anything. */
export async function watchLayout(tab: Page): Promise<() => Promise<string[]>> {
  await tab.evaluate(async () => {
    // What a new size of the window moves is not meant.
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
    const moved: string[] = []
    Object.assign(globalThis, { moved })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { sources } = entry as PerformanceEntry & {
          sources: readonly { readonly previousRect: DOMRect; readonly currentRect: DOMRect }[]
        }
        for (const { previousRect, currentRect } of sources) {
          // Text that is broken into other lines is where it was.
          const [from, to] = [previousRect, currentRect].map((it) => JSON.stringify(it))
          if (from !== to) moved.push(`${from} to ${to}`)
        }
      }
    }).observe({ type: 'layout-shift' })
  })
  return () => tab.evaluate(() => (globalThis as unknown as { moved: string[] }).moved)
}
