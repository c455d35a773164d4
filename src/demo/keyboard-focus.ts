/**
 * Gives the keyboard to the guest while its screen has the focus, and takes it back on Shift+Escape,
 * because Tab belongs to the guest.
 *
 * @param next - gets the focus when the person leaves the screen.
 * @param setKeyboard - told whether keys go to the guest.
 */
export function connectKeyboard(
  screen: HTMLElement,
  next: HTMLElement,
  setKeyboard: (enabled: boolean) => void,
): void {
  screen.addEventListener('focus', () => setKeyboard(true))
  screen.addEventListener('blur', () => setKeyboard(false))
  // v86 listens at the window; here the key is seen first.
  screen.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !event.shiftKey) return
    event.stopPropagation()
    event.preventDefault()
    next.focus()
  })
}
