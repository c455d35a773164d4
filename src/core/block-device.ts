/** A disk as bytes that can be read anywhere: one version of it, for as long as the device is open. */
export interface BlockDevice {
  /** Of the disk, in bytes. */
  readonly size: number
  /** The ETag of the version that it reads, as the origin wrote it; `undefined` for a disk without one. */
  readonly etag: string | undefined
  /**
   * Reads bytes `[offset, offset + length)`. Any number of reads may be under way at once. The result is the
   * caller's own: it may be changed or transferred.
   *
   * @param offset - in bytes, from 0 to {@link BlockDevice.size}.
   * @param length - in bytes. All of them must lie on the disk: nothing is shortened, and nothing made up.
   * @throws {DiskCacheError} `invalid-range` when they do not; `disk-changed` when the disk is another version by
   * now, and these bytes are not stored; `origin-unreachable`, `origin-status` or `origin-bad-response` when they
   * cannot be fetched; `aborted` after {@link BlockDevice.close}.
   */
  read(offset: number, length: number): Promise<Uint8Array>
  /** Frees what it holds. Reads under way, and later ones, reject with `aborted`. */
  close(): void
}
