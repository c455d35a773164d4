import type { BlockDevice } from '../core/block-device.ts'
import { DiskCacheError, toDiskCacheError } from '../core/errors.ts'
import { createSectorOverlay, pieceBytes } from './sector-overlay.ts'

/** v86 saves pairs of a piece's number and its bytes, in a list of one. */
type SavedWrites = [pieces: [number, Uint8Array][]]

/**
 * A disk as v86 0.5 takes one in place of `{ url }` or `{ buffer }`: an object with `load`, `get` and `set`. What the
 * names mean is v86's to say.
 */
export interface V86Buffer {
  readonly byteLength: number
  onload: ((event: object) => void) | undefined
  onprogress: ((event: object) => void) | undefined
  /** Bytes that the guest has written, all of which are in memory. */
  readonly writtenBytes: number
  load(): void
  get(
    start: number,
    length: number,
    done: (bytes: Uint8Array) => void,
    options?: { readonly signal?: AbortSignal },
  ): void
  set(start: number, bytes: Uint8Array, done: () => void): void
  get_and_cache(
    start: number,
    length: number,
    done: (bytes: Uint8Array) => void,
    options?: { readonly signal?: AbortSignal },
  ): void
  get_from_cache(start: number, length: number): Uint8Array | undefined
  get_buffer(done: (buffer?: ArrayBuffer) => void): void
  get_state(): SavedWrites
  set_state(state: SavedWrites): void
}

/** What {@link createV86Buffer} takes. */
export interface V86BufferOptions {
  /**
   * Called with each failure of a read. v86 has no way to hear of one: the read is tried again, as v86 does with its own
   * disks, and the guest waits; but after `disk-changed` and `aborted` it would wait for ever. The page may tell its
   * user, and start the guest again with a new device.
   */
  readonly onError?: (error: DiskCacheError) => void
}

/** Seconds until a failed read is tried again, as in v86; the last one stands for all further ones. */
const retrySeconds = [1, 1, 2, 3, 5, 8]

/**
 * Makes a device into a disk for v86. The disk itself is never changed: what the guest writes is kept in memory, is in
 * the states that v86 saves, and is gone with the page. It grows with what is written, up to the size of the disk.
 *
 * @example
 * ```ts
 * const device = await openBlockDevice('/disks/linux.img')
 * const emulator = new V86({ hda: createV86Buffer(device) })
 * ```
 */
export function createV86Buffer(
  device: BlockDevice,
  { onError = () => undefined }: V86BufferOptions = {},
): V86Buffer {
  const overlay = createSectorOverlay()
  /** What v86 asks for before it starts, and then again without waiting: the first sector. */
  const cached = new Map<string, Uint8Array>()

  async function read(start: number, length: number): Promise<Uint8Array> {
    const isWritten = overlay.writtenBytes > 0 && overlay.covers(start, length)
    const bytes = isWritten ? new Uint8Array(length) : await device.read(start, length)
    overlay.apply(start, bytes)
    return bytes
  }

  /** A page that cannot bear an error must not make the guest wait for ever. */
  function tell(error: DiskCacheError): void {
    try {
      onError(error)
    } catch (thrown) {
      reportError(thrown)
    }
  }

  async function readPatiently(
    start: number,
    length: number,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array | undefined> {
    for (let failures = 0; ; failures++) {
      if (signal?.aborted === true) return undefined
      try {
        return await read(start, length)
      } catch (cause) {
        const error = toDiskCacheError(cause, 'storage-failed', `Reading the disk failed: ${cause}`)
        tell(error)
        if (!mayPass(error)) return undefined
        await sleep((retrySeconds[failures] ?? 8) * 1000)
      }
    }
  }

  const get: V86Buffer['get'] = (start, length, done, { signal } = {}) => {
    void readInto(done, { start, length, signal })
  }

  /** Nothing is called where the read was given up. */
  async function readInto(
    done: (bytes: Uint8Array) => void,
    { start, length, signal }: { start: number; length: number; signal: AbortSignal | undefined },
  ): Promise<void> {
    const bytes = await readPatiently(start, length, signal)
    if (bytes !== undefined) done(bytes)
  }

  return {
    byteLength: device.size,
    onload: undefined,
    onprogress: undefined,
    get writtenBytes() {
      return overlay.writtenBytes
    },
    load() {
      this.onload?.({})
    },
    get,
    set(start, bytes, done) {
      assertSectors(start, bytes.byteLength)
      overlay.write(start, bytes)
      done()
    },
    get_and_cache(start, length, done, options) {
      get(
        start,
        length,
        (bytes) => {
          cached.set(`${start} ${length}`, bytes.slice())
          done(bytes)
        },
        options,
      )
    },
    get_from_cache(start, length) {
      const known = cached.get(`${start} ${length}`)?.slice()
      const bytes = known ?? (overlay.covers(start, length) ? new Uint8Array(length) : undefined)
      if (bytes !== undefined) overlay.apply(start, bytes)
      return bytes
    },
    // There is no buffer that has it all.
    get_buffer: (done) => done(),
    get_state: () => [[...overlay.pieces()]],
    set_state([pieces]) {
      overlay.clear()
      for (const [number, bytes] of pieces) overlay.write(number * pieceBytes, bytes)
    },
  }
}

function mayPass({ code }: DiskCacheError): boolean {
  return code !== 'disk-changed' && code !== 'aborted' && code !== 'invalid-range'
}

function assertSectors(start: number, length: number): void {
  if (start % pieceBytes === 0 && length % pieceBytes === 0) return
  throw new DiskCacheError(
    'invalid-range',
    `v86 wrote ${length} bytes at ${start}: both must be multiples of ${pieceBytes}.`,
    { details: { range: { start, end: start + length } } },
  )
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
