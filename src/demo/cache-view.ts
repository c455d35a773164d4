import { isDiskCacheError } from '../core/errors.ts'
import { SectorcachePanel, createPanelSource } from '../panel/index.ts'
import type { DiskCache } from '../protocol/api.ts'
import { findElement } from './find-element.ts'

/** Shows the panel as soon as there is a cache, or why there is none. */
export async function showCache(whenConnected: Promise<DiskCache>): Promise<void> {
  const main = findElement('main', HTMLElement)
  try {
    const cache = await whenConnected
    showPanel(cache)
    main.dataset['worker'] = 'ready'
  } catch (error) {
    showReason(error)
    main.dataset['worker'] = 'failed'
  }
}

function showPanel(cache: DiskCache): void {
  const panel = findElement('panel', SectorcachePanel)
  panel.source = createPanelSource(cache)
  panel.hidden = false
  findElement('cache-notice', HTMLElement).hidden = true
}

function showReason(error: unknown): void {
  findElement('cache-title', HTMLElement).textContent = 'The cache does not run here'
  findElement('cache-reason', HTMLElement).textContent = reasonOf(error)
  findElement('cache-advice', HTMLElement).textContent =
    'Guests still boot, straight from the network; nothing is kept.'
}

function reasonOf(error: unknown): string {
  if (isDiskCacheError(error)) return `${error.message} (${error.code})`
  return error instanceof Error ? error.message : String(error)
}
