export { DiskCacheError, diskCacheErrorCodes, isDiskCacheError } from '../core/errors.ts'
export type {
  DiskCacheErrorCode,
  DiskCacheErrorDetails,
  DiskCacheErrorOptions,
} from '../core/errors.ts'
export type { RawOption, RawOptions } from '../core/parse-options.ts'
export type * from '../protocol/api.ts'
export type * from '../protocol/archive.ts'
export type * from '../protocol/boot.ts'
export type * from '../protocol/events.ts'
export type * from '../protocol/offline-report.ts'
export type * from '../protocol/prefetch-jobs.ts'
export type * from '../protocol/reports.ts'
export { connectDiskCache } from './connect-disk-cache.ts'
export type { ConnectOptions } from './connect-with.ts'
