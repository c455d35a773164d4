/** Where chunks are kept. `auto` takes the best that works, see docs/decisions/0002. */
export type StorePreference = 'auto' | 'idb' | 'opfs'

/** Everything that can be set, fully resolved. Written down in DESIGN 3.2. */
export interface ResolvedOptions extends RoutingOptions, TuningOptions {}

/** Options that decide which requests the worker takes; they stand in the worker's query. */
export interface RoutingOptions {
  /** URLPattern strings of the disks, relative to the page's base URL. */
  readonly disks: readonly string[]
  /** Whether the drop-in keeps the page's own files too. @default 'auto' */
  readonly shell: 'auto' | 'off'
  /** Whether the worker adds cross-origin isolation headers. @default 'off' */
  readonly coi: 'off' | 'on'
  /** Query parameters that belong to a disk's cache key. @default none */
  readonly keyParams: readonly string[]
}

/** Options that tune the cache; they travel with the first message, or stand in the query too. */
export interface TuningOptions {
  /**
   * Bytes of a chunk, for generations that are new: a power of two, 512 B to 64 MiB. `auto`: 1 MiB if the disk becomes known by
   * a prefetch of all of it, else 256 KiB. @default 'auto'
   */
  readonly chunkSize: 'auto' | number
  /** The most bytes to store, or `auto`: what the browser leaves us. @default 'auto' */
  readonly budget: 'auto' | number
  /** Where new generations are kept. @default 'auto' */
  readonly store: StorePreference
  /** What a session does when its disk changes at the origin. @default 'hold' */
  readonly onChange: 'hold' | 'switch'
  /** Whether to read ahead of sequential readers. @default 'auto' */
  readonly readahead: 'auto' | 'off'
  /** Whether to store what the origin marks `private` or `no-store`. @default 'off' */
  readonly private: 'off' | 'on'
  /** Whether to store disks without any validator, trusting that they never change. @default 'off' */
  readonly assumeImmutable: 'off' | 'on'
  /** Milliseconds without a byte from the origin after which an attempt has failed. @default 30 s */
  readonly timeout: number
  /** Origin requests at a time, 1 to 32. @default 6 */
  readonly parallel: number
  /** Milliseconds after which a disk that nobody read may go. @default 30 days */
  readonly maxIdle: number
}

/** What is in force where nothing is said. */
export const defaultOptions: ResolvedOptions = {
  disks: [],
  shell: 'auto',
  coi: 'off',
  keyParams: [],
  chunkSize: 'auto',
  budget: 'auto',
  store: 'auto',
  onChange: 'hold',
  readahead: 'auto',
  private: 'off',
  assumeImmutable: 'off',
  timeout: 30_000,
  parallel: 6,
  maxIdle: 30 * 86_400_000,
}
