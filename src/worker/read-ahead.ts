import { intersectRanges } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { chunkBytes, chunksTouching, indicesOf } from '../core/chunk-grid.ts'
import { createReadahead } from '../core/readahead.ts'
import type { Readahead } from '../core/readahead.ts'
import { createReadaheadLedger } from '../core/readahead-ledger.ts'
import { createRecentMap } from '../storage/recent-map.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'
import type { OriginAccess } from './origin-access.ts'
import { startTimer } from './start-timer.ts'
import type { WorkerContext } from './worker-context.ts'

/** Fetches ahead of the readers of one generation, while nobody waits for the origin. */
export interface ReadAhead {
  /**
   * Takes note of a read. Returns what is worth fetching ahead of it, an empty range where enough was returned before;
   * `undefined` for a reader who jumps about.
   */
  foresee(clientId: string, read: ByteRange): ByteRange | undefined
  /** Somebody reads these bytes, and no stream is to be seen in it. */
  noteDemand(read: ByteRange): void
  /** Fetches the missing chunks of `ahead`. To be called when what is read itself is under way. Returns at once. */
  fetch(ahead: ByteRange, access: OriginAccess): void
}

/** What {@link createReadAhead} needs. */
export interface ReadAheadPorts {
  readonly generation: StoredGeneration
  readonly context: WorkerContext
  /** Gets what of `range` is missing under way, unless nothing can be kept now: it would be fetched twice. Resolves to what that was. */
  fetch(range: ByteRange, access: OriginAccess): Promise<readonly ByteRange[]>
}

/** Readers whose streams are remembered. */
const maxReaders = 32

/** Where somebody always waits for the origin, the reader is elsewhere by then; and its event must not be extended for ever. */
const staleMs = 20_000

/** Makes the {@link ReadAhead} of a generation. */
export function createReadAhead({ generation, context, fetch }: ReadAheadPorts): ReadAhead {
  const { grid, record } = generation
  const link = context.linkTo(record.url)
  const limits = { sizeBytes: grid.sizeBytes, maxWindowBytes: () => link.readaheadBytes() }
  const readers = createRecentMap<string, Readahead>(maxReaders)
  const ledger = createReadaheadLedger()
  let counted = ledger.totals

  function readerOf(clientId: string): Readahead {
    const reader = readers.get(clientId) ?? createReadahead(limits)
    readers.set(clientId, reader)
    return reader
  }

  function noteAhead(range: ByteRange): void {
    for (const index of indicesOf(chunksTouching(grid, range))) {
      const part = intersectRanges(chunkBytes(grid, index), range)
      if (part !== undefined) ledger.noteAhead(index, part.end - part.start)
    }
  }

  function count(): void {
    const { aheadBytes, usedBytes } = ledger.totals
    const more = {
      aheadBytes: aheadBytes - counted.aheadBytes,
      usedBytes: usedBytes - counted.usedBytes,
    }
    counted = ledger.totals
    if (more.aheadBytes > 0 || more.usedBytes > 0) context.log.countAhead(more)
  }

  async function fetchAhead(range: ByteRange, access: OriginAccess): Promise<void> {
    const timer = startTimer(staleMs)
    const isStale = await Promise.race([context.gate.whenQuiet(), timer.passed])
    timer.stop()
    if (isStale === 'passed') return
    const started = await fetch(range, access)
    started.forEach(noteAhead)
    count()
  }

  function noteDemand(read: ByteRange): void {
    for (const index of indicesOf(chunksTouching(grid, read))) ledger.noteDemand(index)
    count()
  }

  return {
    noteDemand,
    foresee(clientId, read) {
      noteDemand(read)
      // Navigations are no readers of disks.
      const isWanted = context.options.readahead === 'auto' && clientId !== ''
      return isWanted ? readerOf(clientId).onRead(read) : undefined
    },
    fetch(ahead, access) {
      const isDue = ahead.start < ahead.end && access.use !== 'only-stored'
      if (isDue) void access.lifetime.keep(fetchAhead(ahead, access))
    },
  }
}
