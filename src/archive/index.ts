export { exportDisk } from './export-disk.ts'
export { importDisk } from './import-disk.ts'
