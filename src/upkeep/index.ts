export { inspectDisk, orderEvictions } from './inspect-disk.ts'
export { updateDisk } from './update-disk.ts'
export type { FoundStatus, UpdateApi, UpdateResult } from './update-disk.ts'
export { verifyDisk } from './verify-disk.ts'
