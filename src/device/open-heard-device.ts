import type { BlockDevice } from '../core/block-device.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { openBlockDevice } from './open-block-device.ts'
import { createReadTeller } from './tell-reads.ts'

/** Who hears of what is read of a device. */
export interface ReadListeners {
  /** Every read that succeeded. */
  onRead(range: ByteRange): void
  /** Reads of which the worker has to be told, in batches, neighbours joined. */
  onUnheard(ranges: readonly ByteRange[]): void
}

/**
 * Opens a device whose reads are heard.
 *
 * @throws {DiskCacheError} see {@link openBlockDevice}.
 */
export async function openHeardDevice(
  url: string,
  { onRead, onUnheard }: ReadListeners,
): Promise<BlockDevice> {
  const teller = createReadTeller(onUnheard)
  const device = await openBlockDevice(url, { misses: teller })
  return {
    ...device,
    read(offset, length) {
      const reading = device.read(offset, length)
      const range = { start: offset, end: offset + length }
      // One that fails reads nothing.
      void reading.then(
        () => {
          onRead(range)
          teller.note(range)
        },
        () => undefined,
      )
      return reading
    },
  }
}
