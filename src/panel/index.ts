export { createPanelSource } from './create-panel-source.ts'
export type {
  DiskCommand,
  EvictCommand,
  FaultsCommand,
  InvalidateCommand,
  JobCommand,
  PanelCommand,
  PanelCommandResult,
  RangeCommand,
  RemovalCommand,
  VerifyCommand,
} from './panel-command.ts'
export type { PanelRunOptions, PanelSnapshot, PanelSource } from './panel-source.ts'
export { SectorcachePanel } from './sectorcache-panel.ts'
