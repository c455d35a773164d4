import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'

/** Names and values, in a grid; a value that is `undefined` takes its row with it. */
export function factList(
  facts: readonly (readonly [name: string, value: unknown])[],
): TemplateResult {
  return html`<dl class="facts">
    ${facts.map(([name, value]) =>
      value === undefined
        ? nothing
        : html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
    )}
  </dl>`
}
