import type { CommandRunner } from './command-runner.ts'
import type { PanelCommand } from './panel-command.ts'

/** The views of the panel, in the order of their tabs. */
export const panelViews = ['Disks', 'Map', 'Requests', 'Figures', 'Storage', 'Faults'] as const

/** One of {@link panelViews}. */
export type PanelView = (typeof panelViews)[number]

/** What the views of the panel may order. */
export interface PanelActions {
  /** What is under way, and what came of it. */
  readonly commands: CommandRunner
  /** Runs a command; one that takes something away, when the person has said yes. */
  run(command: PanelCommand): void
  /** Lets the person choose an archive, and imports it: into a disk, or into the one that it is of. */
  load(url?: string): void
  /** Shows a view; the map, of a disk. */
  show(view: PanelView, url?: string): void
  /** Something that is shown has changed. */
  update(): void
}
