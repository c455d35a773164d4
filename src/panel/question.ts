import type { TemplateResult } from 'lit/html.js'
import { confirmDialog } from './confirm-dialog.ts'
import { confirmationOf } from './confirmation.ts'
import type { PanelCommand } from './panel-command.ts'

/** What a person is asked before something is taken away. */
export class Question {
  #pending: PanelCommand | undefined
  /** What the dialog was opened for: it may be closed some frames before it says so. */
  #asked: PanelCommand | undefined
  readonly #root: ParentNode
  readonly #onChange: () => void

  /**
   * @param root - has the dialog in it once it is rendered.
   * @param onChange - told when something else is to be rendered.
   */
  constructor(root: ParentNode, onChange: () => void) {
    this.#root = root
    this.#onChange = onChange
  }

  /** Whether somebody is being asked. */
  get isOpen(): boolean {
    return this.#pending !== undefined
  }

  /** Asks whether `command` is to be run. */
  ask(command: PanelCommand): void {
    this.#pending = command
    this.#onChange()
  }

  /** @param run - called if the person says yes. */
  render(run: (command: PanelCommand) => unknown): TemplateResult {
    return confirmDialog(this.#pending && confirmationOf(this.#pending), (confirmed) => {
      const command = this.#asked
      if (this.#pending === command) this.#pending = undefined
      this.#asked = undefined
      this.#onChange()
      if (confirmed && command) run(command)
    })
  }

  /** Opens the dialog, if there is something to ask; to be called when it is rendered. */
  open(): void {
    const dialog = this.#root.querySelector('dialog')
    if (!this.#pending || dialog === null || this.#asked === this.#pending) return
    this.#asked = this.#pending
    dialog.returnValue = ''
    dialog.showModal()
  }

  /** Nobody is asked any more, and nothing comes of it. */
  withdraw(): void {
    this.#pending = this.#asked = undefined
    // A dialog that is put into a page again does not hold the rest of it back any more.
    this.#root.querySelector('dialog')?.close()
  }
}
