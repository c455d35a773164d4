import { SectorcachePanel } from './sectorcache-panel.ts'

if (customElements.get('sectorcache-panel') === undefined) {
  customElements.define('sectorcache-panel', SectorcachePanel)
}

declare global {
  interface HTMLElementTagNameMap {
    'sectorcache-panel': SectorcachePanel
  }
}
