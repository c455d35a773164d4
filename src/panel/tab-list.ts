import { html } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import { panelViews } from './panel-actions.ts'
import type { PanelActions, PanelView } from './panel-actions.ts'

/** The tabs of the panel: one of them takes the tab key, the arrows go to the others. */
export function tabList(view: PanelView, actions: PanelActions): TemplateResult {
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined) return
    const { length } = panelViews
    const place = (panelViews.indexOf(view) + step + length) % length
    const tab = (event.currentTarget as HTMLElement).children[place] as HTMLElement
    tab.click()
    tab.focus()
  }
  return html`<div role="tablist" aria-label="Views" @keydown=${onKey}>
    ${panelViews.map(
      (name) =>
        html`<button
          role="tab"
          id=${name}
          aria-controls="view"
          aria-selected=${name === view}
          tabindex=${name === view ? 0 : -1}
          @click=${() => actions.show(name)}
        >
          ${name}
        </button>`,
    )}
  </div>`
}
