import type { ByteRange } from '../core/byte-range.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import { runsTouching } from '../core/chunk-runs.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { DiskStore } from '../storage/disk-store.ts'
import { createTurns } from './create-turns.ts'
import type { EventLog } from './event-log.ts'
import { rankGenerations } from './rank-generations.ts'
import { startTimer } from './start-timer.ts'

/** Gives up what is needed least, and deletes what was given up. */
export interface RoomMaker {
  /**
   * Gives up what is needed least, tells that, and then deletes it.
   *
   * @param begin - called just before what is stored is counted; returns what tells how many bytes are to be freed then.
   * @param sweep - deletes what was given up.
   * @returns what is stored then.
   */
  free(begin: () => (used: number) => number, sweep: () => Promise<unknown>): Promise<number>
  /**
   * Deletes what was given up with `sweep`, one after the other. That goes on until it is done, with the next worker if need
   * be; but who waits for it must end in time.
   *
   * @returns what `sweep` does; or `passed`, when it takes longer than a second, or another one has taken so long already.
   */
  sweepInTime<Result>(sweep: () => Promise<Result>): Promise<Result | 'passed'>
  /** How many sweeps have ended. */
  readonly sweeps: number
  /** See `SpaceGuard`. */
  keep(url: string, ranges: readonly ByteRange[]): void
}

/** What {@link createRoomMaker} works with. */
export interface RoomPorts {
  readonly store: DiskStore
  readonly log: Pick<EventLog, 'emit'>
  readonly announceChange: (url: string) => void
}

const sweepMs = 1_000

/** A prefetch that has not asked for its next step after so long was aborted, and an import has stored what it has room for. */
export const keptMs = 5_000

/** Makes the {@link RoomMaker} of a worker. */
export function createRoomMaker({ store, log, announceChange }: RoomPorts): RoomMaker {
  const kept = new Map<string, { ranges: readonly ByteRange[]; untilMs: number }>()
  const inTurn = createTurns()
  /** How long all wait for the sweep that is under way. */
  let patience: Promise<'passed'> | undefined
  let sweeps = 0

  function keptRuns(
    { url, identity: { sizeBytes }, chunkSize }: GenerationRecord,
    pins: readonly ByteRange[],
  ): ChunkRun[] {
    const { ranges, untilMs } = kept.get(url) ?? { ranges: [], untilMs: 0 }
    const isNow = untilMs > performance.now()
    return runsTouching({ sizeBytes, chunkSize }, isNow ? [...pins, ...ranges] : pins)
  }

  const sweepInTime: RoomMaker['sweepInTime'] = (sweep) => {
    const done = inTurn(() =>
      sweep().finally(() => {
        patience = undefined
        sweeps++
      }),
    )
    patience ??= startTimer(sweepMs).passed
    return Promise.race([done, patience])
  }

  return {
    async free(begin, sweep) {
      // What was read in the last seconds is not cold.
      await store.flushUses().catch(() => undefined)
      const [ranks, pins] = await Promise.all([rankGenerations(store), store.pins.list()])
      let bytes = 0
      const wantedOf = begin()
      const { storedBytes, evictions } = await store.free({
        wanted: (used) => (bytes = wantedOf(used)),
        ranks,
        keptOf: memoize((record) => keptRuns(record, pins.get(record.url) ?? [])),
      })
      // Before their data goes: block devices may be reading it.
      for (const { record, chunks, bytes: gone } of evictions) {
        const { url, id } = record
        log.emit({ type: 'evicted', url, generation: id, chunks, bytes: gone })
        announceChange(url)
      }
      if (bytes > 0) await sweepInTime(sweep)
      return storedBytes
    },
    sweepInTime,
    get sweeps() {
      return sweeps
    },
    keep: (url, ranges) => void kept.set(url, { ranges, untilMs: performance.now() + keptMs }),
  }
}

function memoize<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>()
  return (key) => {
    const value = known.get(key) ?? compute(key)
    known.set(key, value)
    return value
  }
}
