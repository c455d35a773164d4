import type { CommandRunner } from './command-runner.ts'
import type { PanelCommand, RemovalCommand } from './panel-command.ts'

/** The views of the panel, in the order of their tabs. */
export const panelViews = ['Disks', 'Map', 'Requests', 'Figures', 'Storage', 'Faults'] as const

/** One of {@link panelViews}. */
export type PanelView = (typeof panelViews)[number]

/** What the views of the panel may order. */
export interface PanelActions extends Pick<
  CommandRunner,
  'verifyOf' | 'readiness' | 'isBusy' | 'dismiss' | 'tell'
> {
  /** Runs a command now. */
  run(command: PanelCommand): void
  /** Asks the person first. */
  confirm(command: RemovalCommand): void
  /** Shows a view; the map, of a disk. */
  show(view: PanelView, url?: string): void
  /** Something that is shown has changed. */
  update(): void
}
