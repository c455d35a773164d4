import { panelStyles } from './panel-styles.ts'

const sheets = new WeakMap<Document, CSSStyleSheet>()

/** Gives a shadow root the styles of the panel: one constructed sheet for each document, which a strict policy allows. */
export function adoptStyles(root: ShadowRoot): void {
  const page = root.ownerDocument
  let sheet = sheets.get(page)
  if (sheet === undefined) {
    sheet = new (page.defaultView ?? globalThis).CSSStyleSheet()
    sheet.replaceSync(panelStyles)
    sheets.set(page, sheet)
  }
  root.adoptedStyleSheets = [sheet]
}
