import type { DiskCache } from '../protocol/api.ts'
import { createPanelSource } from './create-panel-source.ts'
import type { PanelSource } from './panel-source.ts'
import './define.ts'

let close: (() => void) | undefined
/** A boot is recorded while the panel is closed, too. */
const sources = new WeakMap<DiskCache, PanelSource>()

/**
 * Shows the panel at the edge of the page, or takes it away. Called by the drop-in with `data-panel`.
 *
 * @param opener - gets the focus back.
 */
export function togglePanel(cache: DiskCache, opener: HTMLElement): void {
  if (close !== undefined) {
    close()
    return
  }
  const panel = document.createElement('sectorcache-panel')
  const source = sources.get(cache) ?? createPanelSource(cache)
  sources.set(cache, source)
  panel.source = source
  panel.closable = true
  panel.tabIndex = -1
  panel.style.cssText =
    'position:fixed;inset:0 0 0 auto;width:min(46rem,100%);overflow:auto;box-shadow:0 0 1em #0006;z-index:2147483647;color-scheme:light dark'
  close = () => {
    close = undefined
    panel.remove()
    opener.focus()
  }
  panel.addEventListener('close', () => close?.())
  panel.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && panel.shadowRoot?.querySelector('dialog')?.open !== true) close?.()
  })
  document.body.append(panel)
  panel.focus()
}
