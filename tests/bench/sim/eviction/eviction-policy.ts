/** One use of a chunk by somebody. */
export interface ChunkAccess {
  /** Disk and place on it in one number. */
  readonly chunk: number
  /** The disk that is being read or prefetched. */
  readonly disk: number
  /** Nobody waits for it. */
  readonly isPrefetch: boolean
  /** Counts the sessions. */
  readonly session: number
  /** The clock, in minutes. */
  readonly minute: number
}

/** A store with room for so many chunks, and a way to choose which ones go. */
export interface EvictionModel {
  /** @returns whether the chunk was there; it is afterwards. */
  access(access: ChunkAccess): boolean
  has(chunk: number): boolean
}

/** A way to choose what goes. */
export interface EvictionPolicy {
  readonly name: string
  create(capacity: number): EvictionModel
}

/** Chunks of one disk; the next one begins there. */
export const chunksPerDisk: number = 2 ** 20
