export { createPanelSource } from './create-panel-source.ts'
export type {
  ClearCommand,
  EvictCommand,
  InvalidateCommand,
  PanelCommand,
  PanelCommandResult,
  PersistCommand,
  PrefetchCommand,
  RemovalCommand,
} from './panel-command.ts'
export type { PanelRunOptions, PanelSnapshot, PanelSource } from './panel-source.ts'
export { SectorcachePanel } from './sectorcache-panel.ts'
