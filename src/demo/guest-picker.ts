import { formatBytes } from '../panel/format-bytes.ts'
import { findElement } from './find-element.ts'
import type { GuestList } from './guest-list.ts'
import type { Guest } from './guest.ts'

/** Where a guest is chosen. */
export interface GuestPicker {
  /** Fills it. */
  show(list: GuestList): void
  /** Says why it is empty. */
  fail(error: unknown): void
  /** The guest that is chosen. */
  chosen(): Guest | undefined
}

/**
 * Makes the guest picker of the page.
 *
 * @param preferred - name of the guest to choose at first.
 */
export function createGuestPicker(preferred: string | undefined): GuestPicker {
  const select = findElement('guest', HTMLSelectElement)
  const note = findElement('guest-note', HTMLElement)
  let guests: readonly Guest[] = []
  return {
    show(list) {
      guests = list.guests
      select.replaceChildren(...guests.map((guest) => optionOf(guest)))
      select.disabled = guests.length === 0
      if (guests.some(({ name }) => name === preferred)) select.value = preferred ?? ''
      note.replaceChildren(...notesOn(list))
    },
    fail(error) {
      const reason = error instanceof Error ? error.message : String(error)
      note.textContent = `The list of guests could not be fetched: ${reason} Reload to try again.`
    },
    chosen: () => guests.find(({ name }) => name === select.value),
  }
}

function optionOf({ name, size, kind }: Guest): HTMLOptionElement {
  const what = { exerciser: 'Disk exerciser', linux: 'Linux', image: name }[kind]
  const option = new Option(`${what}, ${formatBytes(size)}`, name)
  option.title = name
  return option
}

function notesOn({ guests, remembered }: GuestList): (string | HTMLElement)[] {
  const notes: (string | HTMLElement)[] = []
  if (remembered) notes.push('The list is the one kept from your last visit. ')
  if (!guests.some(({ kind }) => kind === 'linux')) {
    const command = document.createElement('code')
    command.textContent = 'npm run guest:linux'
    notes.push('Linux: not built yet. Run ', command)
  }
  return notes
}
