import { render } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import { adoptStyles } from './styles/adopt-styles.ts'

/**
 * An element that renders a template at most once in a frame, and not at all while it is out of the page, or in a window
 * that nobody sees. What `LitElement` does besides is not needed here, and would be an eighth of the script.
 */
export abstract class FrameElement extends HTMLElement {
  protected readonly root: ShadowRoot = this.attachShadow({ mode: 'open' })
  #isRequested = false

  constructor() {
    super()
    adoptStyles(this.root)
  }

  /** What to show. */
  protected abstract render(): TemplateResult

  /** Gets the focus when the element that had it is gone. */
  protected abstract readonly focusHolder: HTMLElement | null

  /** It is shown. */
  protected abstract rendered(): void

  connectedCallback(): void {
    // A window that it was in may never have come to its next frame.
    this.#isRequested = false
    this.requestUpdate()
  }

  /** A document takes no style sheets of another one. */
  adoptedCallback(): void {
    adoptStyles(this.root)
  }

  /** Has it rendered in the next frame. */
  readonly requestUpdate = async (): Promise<void> => {
    if (this.#isRequested || !this.isConnected) return
    this.#isRequested = true
    await this.nextFrame()
    this.#isRequested = false
    if (!this.isConnected) return
    const { activeElement } = this.root
    render(this.render(), this.root)
    // What had the focus is gone: the keyboard stays in the panel, where it was of use.
    if (activeElement && !this.root.activeElement) this.focusHolder?.focus()
    this.rendered()
  }

  /** Resolves in the next frame; there is none as long as nobody sees its window. */
  nextFrame(): Promise<unknown> {
    // In a window of its own, the page's frames come more rarely, or not at all.
    const view = this.ownerDocument.defaultView ?? globalThis
    return new Promise((resolve) => view.requestAnimationFrame(resolve))
  }
}
