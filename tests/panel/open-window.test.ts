import { expect, test, vi } from 'vitest'
import { openWindow } from '../../src/panel/open-window.ts'

/** A page, and the window that it opens. */
function createWindows() {
  const page = new EventTarget()
  const close = vi.fn()
  const view = Object.assign(new EventTarget(), {
    document: { title: '', documentElement: { lang: '', style: {} }, body: { append: vi.fn() } },
    close,
  })
  vi.stubGlobal('window', { open: () => view })
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
  return { page, view, close }
}

const element = { remove: vi.fn() } as unknown as HTMLElement

test('a window closes with the page', () => {
  const { page, close } = createWindows()
  expect(openWindow(element)).toBe(true)
  page.dispatchEvent(new Event('pagehide'))
  expect(close).toHaveBeenCalledTimes(1)
})

test('a window that was closed is not held by the page any more', () => {
  const { page, view, close } = createWindows()
  openWindow(element)
  view.dispatchEvent(new Event('pagehide'))
  expect(element.remove).toHaveBeenCalled()
  page.dispatchEvent(new Event('pagehide'))
  expect(close).not.toHaveBeenCalled()
})
