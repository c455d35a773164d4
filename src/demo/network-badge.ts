import { findElement } from './find-element.ts'

/** Keeps the badge that says whether there is a network. */
export function showNetworkState(): void {
  const badge = findElement('network', HTMLElement)
  const update = (): void => {
    badge.dataset['online'] = String(navigator.onLine)
    badge.textContent = navigator.onLine ? 'Online' : 'Offline: only what is stored can be read'
  }
  addEventListener('online', update)
  addEventListener('offline', update)
  update()
}
