import { html } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'

/** In place of disks while there are none. */
export const noDisks: TemplateResult = html`<p class="note">No disk is known yet.</p>`
