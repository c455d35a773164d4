/** What is known of the chunks of a disk, one by one. All of it is structured-cloneable. */
export interface DiskChunks {
  readonly url: string
  readonly generations: readonly GenerationChunks[]
}

/** What is known of the chunks of one version. */
export interface GenerationChunks {
  readonly id: string
  readonly state: 'active' | 'waiting' | 'retired'
  /** Length of the disk in bytes. */
  readonly size: number
  /** Bytes of a chunk. */
  readonly chunkSize: number
  /** Whether a session reads it, as far as the catalog knows: who has just left may still count. */
  readonly isRead: boolean
  /** Ascending; where nothing was ever stored there is none. */
  readonly pages: readonly ChunkPage[]
}

/** What is known of 1024 neighbouring chunks. */
export interface ChunkPage {
  /** Index of the first of them. */
  readonly first: number
  /** Bitmap (`core/bitmap.ts`): the chunk is stored. */
  readonly stored: Uint8Array
  /** Bitmap: it is all zero, and takes no room. */
  readonly zero: Uint8Array
  /** The first 8 bytes of the SHA-256 of each chunk that is stored. */
  readonly checksums: Uint8Array
  /** When and how often each was used (`core/chunk-use.ts`); absent where nobody kept that. */
  readonly uses?: Uint32Array
}
