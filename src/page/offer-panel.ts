/** Fields in which letters are typed. */
const fields = 'input,textarea,select,[contenteditable]'

/**
 * Puts a button into the corner of this page, and listens for Alt+Shift+S: browsers and guests have no use for that.
 *
 * @param open - shows the panel, or takes it away.
 */
export function offerPanel(open: (opener: HTMLElement) => void): void {
  const button = document.createElement('button')
  button.textContent = 'Disk cache'
  button.title = 'Alt+Shift+S'
  // The page's own rules are not meant for it; this way of setting styles is allowed by every policy.
  button.style.cssText =
    'all:revert;position:fixed;right:1em;bottom:1em;min-height:2em;z-index:2147483646'
  button.addEventListener('click', () => open(button))
  // Before an emulator hears of it.
  addEventListener(
    'keydown',
    (event) => {
      const target = event.composedPath()[0]
      const isTyping = target instanceof Element && target.closest(fields) !== null
      if (event.code !== 'KeyS' || !event.altKey || !event.shiftKey || isTyping) return
      event.preventDefault()
      event.stopPropagation()
      open(button)
    },
    true,
  )
  const show = (): void => document.body.append(button)
  if (document.body === null) addEventListener('DOMContentLoaded', show)
  else show()
}
