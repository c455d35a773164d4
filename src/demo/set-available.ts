/** Switches a button on or off without taking focus from it; its listener asks {@link isAvailable}. */
export function setAvailable(button: HTMLButtonElement, available: boolean): void {
  if (available) button.removeAttribute('aria-disabled')
  else button.setAttribute('aria-disabled', 'true')
}

/** Whether a button does anything now. */
export function isAvailable(button: HTMLButtonElement): boolean {
  return !button.hasAttribute('aria-disabled')
}
