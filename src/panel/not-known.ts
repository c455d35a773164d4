import { html } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'

/** In place of what the cache could not say; why is told above. */
export const notKnown: TemplateResult = html`<p class="note">Not known.</p>`
