import type { BlockDevice } from '../core/block-device.ts'
import { profileBlockBytes } from '../core/boot-profile.ts'
import type { ByteRange } from '../core/byte-range.ts'

/** Who hears of what is read of a device. */
export interface ReadListeners {
  /** Every read that succeeded. */
  onRead(range: ByteRange): void
  /** Reads that wanted something new, until the boot is over; in batches. */
  onFirstReads(ranges: readonly ByteRange[]): void
}

/** So often {@link ReadListeners.onFirstReads} is called. */
const batchMs = 1_000

/** When a device has wanted nothing new for so long, its boot is over; earlier the worker judges that. */
const quietMs = 120_000

/** Makes a device out of another whose reads are heard. */
export function hearReads(
  device: BlockDevice,
  { onRead, onFirstReads }: ReadListeners,
): BlockDevice {
  const seen = new Set<number>()
  let [batch, lastNewMs]: [ByteRange[], number] = [[], Infinity]

  function send(): void {
    const ranges = batch
    batch = []
    onFirstReads(ranges)
  }

  function note(range: ByteRange): void {
    onRead(range)
    if (seen.size > 1 && performance.now() - lastNewMs > quietMs) return
    const before = seen.size
    const last = Math.floor((range.end - 1) / profileBlockBytes)
    for (let block = Math.floor(range.start / profileBlockBytes); block <= last; block++) {
      seen.add(block)
    }
    if (seen.size === before) return
    lastNewMs = performance.now()
    if (batch.push(range) === 1) setTimeout(send, batchMs)
  }

  return {
    ...device,
    read(offset, length) {
      const reading = device.read(offset, length)
      // One that fails reads nothing.
      void reading.then(
        () => note({ start: offset, end: offset + length }),
        () => undefined,
      )
      return reading
    },
  }
}
