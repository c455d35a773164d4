export type { BlockDevice } from '../core/block-device.ts'
export { DiskCacheError, diskCacheErrorCodes, isDiskCacheError } from '../core/errors.ts'
export type {
  DiskCacheErrorCode,
  DiskCacheErrorDetails,
  DiskCacheErrorOptions,
} from '../core/errors.ts'
export { openBlockDevice } from './open-block-device.ts'
export type { BlockDeviceOptions, MissListener } from './open-block-device.ts'
export { openHeardDevice } from './open-heard-device.ts'
export type { ReadListeners } from './open-heard-device.ts'
export { createV86Buffer } from './v86-buffer.ts'
export type { V86Buffer, V86BufferOptions } from './v86-buffer.ts'
