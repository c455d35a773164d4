import { readFileSync } from 'node:fs'
import { projectFile } from '../stage.ts'

/** One read of a guest. */
export interface TraceRead {
  /** In bytes. */
  readonly offset: number
  /** In bytes. */
  readonly length: number
  /** Milliseconds from the answer before to this read. */
  readonly thinkMs: number
}

/** What a guest read while it booted, and how long it worked in between. */
export interface Trace {
  /** Of the disk, in bytes. */
  readonly sizeBytes: number
  readonly reads: readonly TraceRead[]
  /** Milliseconds from the last answer to the end of the boot. */
  readonly restMs: number
}

/** Guests of which there is a trace in `tests/bench/traces/`. `linux-tiny` is Linux with a small kernel of its own. */
export const tracedGuests = ['exerciser', 'linux', 'linux-tiny'] as const

/** One of {@link tracedGuests}. */
export type TracedGuest = (typeof tracedGuests)[number]

const sectorBytes = 512

/** The file of a guest's trace. */
export function traceFile(guest: TracedGuest): string {
  return projectFile(`tests/bench/traces/${guest}.trace`)
}

/** The trace of a guest as it is in the repository. */
export function loadTrace(guest: TracedGuest): Trace {
  return parseTrace(readFileSync(traceFile(guest), 'utf8'))
}

/**
 * Writes a trace: `size` and its bytes, then a line for each read with its first sector, the number of sectors and
 * the think time, and at last `rest` and its time. Times are in milliseconds. A first sector that is where the last
 * read ended is written as `+`.
 *
 * @throws RangeError if a read is not of whole sectors
 */
export function formatTrace({ sizeBytes, reads, restMs }: Trace, about: string): string {
  let expected = -1
  const lines = reads.map(({ offset, length, thinkMs }) => {
    const [sector, count] = [offset / sectorBytes, length / sectorBytes]
    if (!Number.isInteger(sector) || !Number.isInteger(count)) {
      throw new RangeError(`${offset}+${length} are not whole sectors`)
    }
    const place = sector === expected ? '+' : sector
    expected = sector + count
    return `${place} ${count} ${shortMs(thinkMs)}`
  })
  const head = about.split('\n').map((line) => `# ${line}`)
  return [...head, `size ${sizeBytes}`, ...lines, `rest ${shortMs(restMs)}`, ''].join('\n')
}

/**
 * Reads what {@link formatTrace} has written.
 *
 * @throws RangeError if it is something else
 */
export function parseTrace(text: string): Trace {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const sizeBytes = numberAfter('size', lines.shift())
  const restMs = numberAfter('rest', lines.pop())
  let next = 0
  const reads = lines.map((line) => {
    const match = /^(\+|\d+) (\d+) (\d+(?:\.\d+)?)$/.exec(line)
    if (match === null) throw new RangeError(`${line} is no read`)
    const offset = match[1] === '+' ? next : Number(match[1]) * sectorBytes
    const length = Number(match[2]) * sectorBytes
    next = offset + length
    return { offset, length, thinkMs: Number(match[3]) }
  })
  return { sizeBytes, reads, restMs }
}

/** Bytes by which reads of a stretch may lie apart. */
const gapBytes = 64 * 1024

/** Whether a read goes on with the sequential stretch of the one before. */
export function isInStretch(
  { offset, length }: TraceRead,
  before: Pick<TraceRead, 'offset' | 'length'> | undefined,
): boolean {
  if (before === undefined) return false
  const beforeEnd = before.offset + before.length
  return offset <= beforeEnd + gapBytes && offset + length >= before.offset - gapBytes
}

function numberAfter(word: string, line: string | undefined): number {
  const [first, value] = line?.split(' ') ?? []
  if (first !== word || value === undefined) throw new RangeError(`a trace needs "${word}"`)
  return Number(value)
}

function shortMs(ms: number): string {
  return String(Number(ms.toFixed(1)))
}
