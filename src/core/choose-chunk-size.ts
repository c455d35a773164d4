import type { TuningOptions } from './options.ts'

/** Of a disk that somebody begins to read: small, for the sake of the first boot. See `docs/decisions/0010`. */
const readChunkBytes = 256 * 1024

/** Of a disk of which all will be fetched anyway: large, since long reads and storing are faster so. */
const wholeChunkBytes = 1024 * 1024

/**
 * The size of chunks, in bytes, for a version of a disk that nobody has read yet.
 *
 * @param option - what the site wants.
 * @param wantsAll - whether the whole disk is about to be fetched.
 */
export function chooseChunkSize(option: TuningOptions['chunkSize'], wantsAll: boolean): number {
  if (option !== 'auto') return option
  return wantsAll ? wholeChunkBytes : readChunkBytes
}
