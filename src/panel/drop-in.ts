import './define.ts'

export { createPanelSource } from './create-panel-source.ts'
export { togglePanel } from './toggle-panel.ts'
