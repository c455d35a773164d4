export { createPanelSource } from './create-panel-source.ts'
export type {
  DiskCommand,
  EvictCommand,
  FaultsCommand,
  ImportCommand,
  InvalidateCommand,
  JobCommand,
  PanelCommand,
  PanelCommandResult,
  RangeCommand,
  VerifyCommand,
} from './panel-command.ts'
export type { PanelProgress, PanelRunOptions, PanelSnapshot, PanelSource } from './panel-source.ts'
export { SectorcachePanel } from './sectorcache-panel.ts'
