import '../panel/define.ts'
import { connectArchiveButtons } from './archive-view.ts'
import { createBootFiguresView } from './boot-figures-view.ts'
import { createBootMeter } from './boot-meter.ts'
import { showCache } from './cache-view.ts'
import { connectCache } from './connect-cache.ts'
import { parseDeepLink } from './deep-link.ts'
import { findElement } from './find-element.ts'
import { loadGuestList } from './guest-list.ts'
import { createGuestPicker } from './guest-picker.ts'
import type { Guest } from './guest.ts'
import { connectKeyboard } from './keyboard-focus.ts'
import { createMachineView } from './machine-view.ts'
import { createMachine } from './machine.ts'
import { showNetworkState } from './network-badge.ts'
import { createSerialLog } from './serial-log.ts'
import { isAvailable } from './set-available.ts'

const baseUrl = new URL('./', document.baseURI).href
const deepLink = parseDeepLink(location.search)

const connected = connectCache(baseUrl)
const cache = connected.catch(() => undefined)
void showCache(connected)
showNetworkState()

const picker = createGuestPicker(deepLink.disk)
const serial = createSerialLog(findElement('serial', HTMLElement))
const meter = createBootMeter(cache, createBootFiguresView())
const view = createMachineView()
const screen = findElement('screen', HTMLElement)
let current: Guest | undefined

const machine = createMachine(screen, baseUrl, cache, {
  onState(state, verdict) {
    if (state === 'done' || state === 'idle') meter.finish()
    view.show(state, verdict, current)
  },
  onSerial: (text) => serial.append(text),
  onError: (error) => view.fail(error),
})

function boot(guest: Guest | undefined): void {
  if (guest === undefined) return
  current = guest
  serial.clear()
  void machine.boot(guest)
  meter.start(guest.url)
}

function onClick(id: string, action: () => void): HTMLButtonElement {
  const button = findElement(id, HTMLButtonElement)
  button.addEventListener('click', () => {
    if (isAvailable(button)) action()
  })
  return button
}

onClick('boot', () => boot(picker.chosen()))
onClick('restart', () => boot(current))
const stop = onClick('stop', () => void machine.stop())
connectKeyboard(screen, stop, (enabled) => machine.setKeyboard(enabled))
connectArchiveButtons({ cache, chosen: picker.chosen })
view.show('idle', '', undefined)

try {
  picker.show(await loadGuestList(new URL('disks/', baseUrl).href))
  if (deepLink.autoboot) boot(picker.chosen())
} catch (error) {
  picker.fail(error)
}
