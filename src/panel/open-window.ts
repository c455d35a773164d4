/**
 * Puts an element into a window of its own: an empty one, of this page's origin, policy and life. It needs no page on the
 * server, and closes with the page, whose connection it uses.
 *
 * @returns whether the browser let it open.
 */
export function openWindow(element: HTMLElement): boolean {
  const view = window.open('', '', 'popup,width=760,height=900')
  if (view === null) return false
  const { document: page } = view
  page.title = 'Disk cache'
  page.documentElement.lang = 'en'
  page.documentElement.style.colorScheme = 'light dark'
  page.body.append(element)
  const close = (): void => view.close()
  addEventListener('pagehide', close)
  view.addEventListener('pagehide', () => {
    // A window that is closed leaves what is in it as it was, and what that wants in force.
    element.remove()
    removeEventListener('pagehide', close)
  })
  return true
}
