import type { CommandRunner } from './command-runner.ts'
import type { PanelCommand, RemovalCommand } from './panel-command.ts'

/** What the views of the panel may order. */
export interface PanelActions extends Pick<
  CommandRunner,
  'prefetchOf' | 'cancelPrefetch' | 'isBusy' | 'dismiss'
> {
  /** Runs a command now. */
  run(command: PanelCommand): void
  /** Asks the person first. */
  confirm(command: RemovalCommand): void
}
