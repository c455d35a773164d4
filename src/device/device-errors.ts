import { describeRange } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { DiskCacheError } from '../core/errors.ts'

/** Somebody has closed the device. */
export function deviceClosed(url: string): DiskCacheError {
  return new DiskCacheError(
    'aborted',
    `The device of ${url} is closed. Open another one to read on.`,
    {
      details: { url },
    },
  )
}

/** The disk is another version by now than the one the device was opened on. */
export function versionGone(url: string, range: ByteRange): DiskCacheError {
  return new DiskCacheError(
    'disk-changed',
    `${url} has changed since this device was opened, and ${describeRange(range)} of its version are not ` +
      'stored. Open a new device, or reload the page, to read the new version.',
    { details: { url, range } },
  )
}

/** No worker of ours stands between this client and the disk. */
export function notControlled(url: string, cause?: unknown): DiskCacheError {
  return new DiskCacheError(
    'not-registered',
    `No sectorcache worker answers for ${url} here. Open the device after "await sectorcache.ready" (in a dedicated ` +
      'worker: start the worker after it), on a page that lies in the scope of the service worker and was not ' +
      'reloaded with the shift key; and check that a pattern of "disks" matches the URL.',
    { details: { url }, cause },
  )
}

/** An answer that is not what was asked for. `flaw` completes "The answer ...". */
export function badAnswer(
  url: string,
  { range, status }: { readonly range: ByteRange; readonly status: number },
  flaw: string,
): DiskCacheError {
  return new DiskCacheError(
    'origin-bad-response',
    `The answer for ${describeRange(range)} of ${url} ${flaw} (status ${status}). Check that its server answers ` +
      'Range requests.',
    { details: { url, range, status } },
  )
}

/**
 * Checks what a reader asks for.
 *
 * @throws {DiskCacheError} `invalid-range` unless all of it lies on the disk.
 */
export function assertOnDisk(
  url: string,
  { offset, length, size }: { offset: number; length: number; size: number },
): void {
  if (isCount(offset) && isCount(length) && offset + length <= size) return
  throw new DiskCacheError(
    'invalid-range',
    `${length} bytes from offset ${offset} are not all on ${url}, which has ${size} bytes. Both must be whole numbers ` +
      'of bytes; read Math.min(length, device.size - offset) at its end.',
    { details: { url, range: { start: offset, end: offset + length } } },
  )
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
