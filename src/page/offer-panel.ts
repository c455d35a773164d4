/**
 * Puts a button into the corner of this page, and listens for Alt+Shift+S: browsers and guests have no use for that.
 *
 * @param open - shows the panel, or takes it away.
 */
export function offerPanel(open: (opener: HTMLElement) => unknown): void {
  const button = document.createElement('button')
  button.textContent = 'Disk cache'
  button.title = 'Alt+Shift+S'
  // This way of setting styles is allowed by every policy.
  button.style.cssText = 'position:fixed;right:1em;bottom:1em;min-height:2em;z-index:99999'
  button.addEventListener('click', () => open(button))
  addEventListener(
    'keydown',
    (event) => {
      if (event.code !== 'KeyS' || !event.altKey || !event.shiftKey) return
      const [target] = event.composedPath() as Element[]
      // Not while somebody types, and before an emulator hears of it.
      if (target?.matches('input,textarea,select,[contenteditable]') === true) return
      event.preventDefault()
      event.stopPropagation()
      button.click()
    },
    true,
  )
  // There need be no body yet.
  document.documentElement.append(button)
}
