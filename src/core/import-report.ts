/** How far an import has come. */
export interface ImportProgress {
  readonly url: string
  /** Bytes of the disk that the archive has brought so far, stored before or not. */
  readonly readBytes: number
  /** Of these, bytes that were stored. */
  readonly importedBytes: number
  /** Bytes of the archive that were read: it is as long as these come to. What is all zero takes no room in it. */
  readonly archiveBytes: number
  /** Of the archive, over the last few seconds; 0 until it is known. */
  readonly bytesPerSecond: number
}

/** What an import did. */
export interface ImportReport {
  readonly url: string
  /** What the version is to its disk now: `waiting` beside another one that is active, see `Disk.activate()`. */
  readonly state: 'active' | 'waiting' | 'retired'
  readonly etag?: string
  readonly lastModified?: string
  /** Length of the disk in bytes. */
  readonly size: number
  /** Bytes that were stored. */
  readonly importedBytes: number
  /** Bytes that were stored before. */
  readonly presentBytes: number
  /** Bytes of chunks of which the archive has only a part: this browser keeps the disk in larger chunks. */
  readonly leftOutBytes: number
  /** Bytes of the disk that are not stored now. */
  readonly missingBytes: number
}
