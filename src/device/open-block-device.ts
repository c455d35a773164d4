import type { BlockDevice } from '../core/block-device.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { DiskCacheError, isDiskCacheError } from '../core/errors.ts'
import { etagOf } from '../core/generation-identity.ts'
import { createBlockView } from './block-view.ts'
import type { BlockView } from './block-view.ts'
import { assertOnDisk, deviceClosed } from './device-errors.ts'
import type { StoredChunks } from './stored-chunks.ts'
import { openStoredDisk } from './stored-disk.ts'
import { bindDisk, readThroughWorker } from './worker-reads.ts'
import type { BoundDisk } from './worker-reads.ts'

/** Longer reads are made in pieces of so many bytes: the worker answers these whole, and memory stays bounded. */
const pieceBytes = 4 * 1024 * 1024

/** The catalog is asked so often at the most whether a version that is known has another id now. */
const lookMs = 1_000

/** What {@link openBlockDevice} takes. */
export interface BlockDeviceOptions {
  /** The most that is held in memory for later reads, in bytes; 0 for nothing. @default 64 MiB */
  readonly memoryBytes?: number
  /** Hears what is not found where it was looked for first. @default nobody */
  readonly misses?: MissListener
}

/** Who hears of what was not known to be stored. */
export interface MissListener {
  /** Bytes are about to be asked for through the worker, which hears of it. */
  onMiss(range: ByteRange): void
  /** Bytes turn out to have been stored meanwhile. */
  onFound(): void
}

/**
 * Opens a disk for reading past the service worker: what is stored comes straight out of IndexedDB or OPFS, or out of
 * memory, and only what is missing goes through the worker. For pages and dedicated workers that it controls.
 *
 * The device reads one version of the disk for all of its life. Once that is not to be had any more, reads of what is
 * not stored reject with `disk-changed`.
 *
 * @param url - absolute, or relative to the page (in a worker: to its script).
 * @throws {DiskCacheError} `no-such-disk` for what is no URL; `not-registered` when no worker of sectorcache controls
 * this page or worker, or none that knows the disk; `invalid-option`; and what keeps the first byte from being read.
 *
 * @example
 * ```ts
 * import { openBlockDevice } from 'sectorcache/device'
 *
 * const device = await openBlockDevice('/disks/linux.img')
 * const bootSector = await device.read(0, 512)
 * device.close()
 * ```
 */
export async function openBlockDevice(
  url: string | URL,
  { memoryBytes = 64 * 1024 * 1024, misses }: BlockDeviceOptions = {},
): Promise<BlockDevice> {
  if (!(memoryBytes >= 0)) {
    throw new DiskCacheError(
      'invalid-option',
      `memoryBytes is ${memoryBytes}: a number of bytes, 0 or more.`,
    )
  }
  const controller = new AbortController()
  const bound = await bindDisk(resolve(url), controller.signal)
  return createDevice(bound, { controller, memoryBytes, misses })
}

function createDevice(
  bound: BoundDisk,
  {
    controller,
    memoryBytes,
    misses,
  }: { controller: AbortController; memoryBytes: number; misses: MissListener | undefined },
): BlockDevice {
  const { url, identity } = bound
  const { signal } = controller
  const size = identity.sizeBytes
  // Without a validator nobody could tell that what is in memory is of another version.
  const canHold = bound.isCached || identity.validator.kind !== 'none'
  const stored = openStoredDisk(bound, forget)
  let view: BlockView | undefined
  let finding: Promise<BlockView> | undefined
  let looking: Promise<void> | undefined
  let lookedMs = -Infinity

  /** Of what is given up nothing is kept, not even what was good: the next read looks again what there is. */
  function forget(): void {
    view = undefined
    finding = undefined
    looking = undefined
    lookedMs = -Infinity
  }

  function findView(): Promise<BlockView> {
    if (finding !== undefined) return finding
    const found = bound.isCached ? stored.find() : Promise.resolve(undefined)
    const started = found.then((chunks) => {
      const made = makeView(chunks)
      // It may have been given up while it was looked for.
      if (finding === started) {
        view = made
        finding = undefined
      }
      return made
    })
    finding = started
    return started
  }

  function makeView(chunks: StoredChunks | undefined): BlockView {
    return createBlockView({
      sizeBytes: size,
      chunks,
      memoryBytes: canHold ? memoryBytes : 0,
      fetch: (range) => fetchMissing(range, chunks),
      onFound: () => misses?.onFound(),
    })
  }

  async function fetchMissing(
    range: ByteRange,
    chunks: StoredChunks | undefined,
  ): Promise<Uint8Array<ArrayBuffer>> {
    misses?.onMiss(range)
    try {
      const { bytes, isCached } = await readThroughWorker(bound, range, signal)
      if (isCached && !signal.aborted) lookAgain(chunks)
      return bytes
    } catch (error) {
      // What came last of a version that is gone may be torn (docs/decisions/0009): the worker keeps nothing of it either.
      if (isDiskCacheError(error) && error.code === 'disk-changed') forget()
      throw error
    }
  }

  /** The worker has found the version anew, perhaps, and stores it under another id. No reader waits for this. */
  function lookAgain(known: StoredChunks | undefined): void {
    const nowMs = performance.now()
    if (looking !== undefined || (known !== undefined && nowMs < lookedMs + lookMs)) return
    lookedMs = nowMs
    const started = stored.find().then((chunks) => {
      if (looking !== started) return
      looking = undefined
      const isOther = chunks !== undefined && chunks.record.id !== known?.record.id
      if (isOther && view !== undefined) view = makeView(chunks)
    })
    looking = started
  }

  function assertOpen(): void {
    if (signal.aborted) throw deviceClosed(url)
  }

  return {
    size,
    etag: etagOf(identity.validator),
    async read(offset, length) {
      assertOpen()
      assertOnDisk(url, { offset, length, size })
      const bytes = new Uint8Array(length)
      const end = offset + length
      for (let start = offset; start < end; start += pieceBytes) {
        const range = { start, end: Math.min(start + pieceBytes, end) }
        const target = bytes.subarray(start - offset)
        const loading = (view ?? (await findView())).read(range, target)
        if (loading !== undefined) await loading
        assertOpen()
      }
      return bytes
    },
    close() {
      controller.abort()
      stored.close()
      forget()
    },
  }
}

/** Pages resolve URLs against their `<base>`. */
function resolve(url: string | URL): string {
  const { document } = globalThis as { document?: { readonly baseURI: string } }
  try {
    const resolved = new URL(url, document?.baseURI ?? location.href)
    resolved.hash = ''
    return resolved.href
  } catch (cause) {
    throw new DiskCacheError('no-such-disk', `"${url}" is no URL.`, {
      details: { url: String(url) },
      cause,
    })
  }
}
