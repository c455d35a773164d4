import type { TemplateResult } from 'lit/html.js'
import { actionButton } from './action-button.ts'
import type { ActionButtonOptions } from './action-button.ts'
import { confirmationOf } from './confirmation.ts'
import type { PanelActions } from './panel-actions.ts'
import type { PanelCommand } from './panel-command.ts'

/** A button that orders a command; it looks dangerous where the person will be asked. */
export function commandButton(
  actions: PanelActions,
  command: PanelCommand,
  options: Omit<ActionButtonOptions, 'onClick'>,
): TemplateResult {
  return actionButton({
    ...(confirmationOf(command) && { tone: 'danger' }),
    ...options,
    onClick: () => actions.run(command),
  })
}
