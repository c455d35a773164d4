export { exportDisk } from './export-disk.ts'
export { importDisk } from './import-disk.ts'
export type { ImportPorts } from './import-disk.ts'
