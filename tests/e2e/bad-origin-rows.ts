import {
  answerStatus,
  changedEtag,
  gzipRange,
  ignoreRange,
  noValidator,
  onlyDates,
  redirectTo,
  resetConnection,
  shortBody,
  slowDrip,
  stall,
  weakEtag,
  wrongContentRange,
  wrongTotal,
} from '../../src/demo/server/faults.ts'
import type { FaultTransform } from '../../src/demo/server/fault-transform.ts'
import {
  ignoreIfRange,
  longBody,
  multipartForOne,
  shorterRange,
  unknownTotal,
} from '../../src/demo/server/range-faults.ts'
import { mebibyte, requestFor, wanted, wantedRequest } from '../support/bad-origin.ts'

/** What a read of the end of the fourth chunk comes to. */
export interface Outcome {
  /** `right`, or status and error code; several where the network decides. */
  readonly answer: string | readonly string[]
  /** Chunks that are stored afterwards. */
  readonly stored: number
  /**
   * What the origin was asked, in this order; `going on`: for the chunk, and then for what of it is missing still, as
   * often as it takes. What has arrived when a connection breaks is lost if nobody has read it yet, so that how far an
   * attempt has come is not certain.
   *
   * @default not checked: the browser repeats some requests by itself
   */
  readonly asked?: readonly string[] | 'going on'
}

/** One fault, and what it comes to. */
export interface Row {
  /** Completes "an origin that". */
  readonly what: string
  readonly fault: () => FaultTransform
  /** How many answers it spoils. @default all */
  readonly times?: number
  /** Further attributes of the script tag. */
  readonly attributes?: string
  /**
   * What the next session finds when the fault is gone, after the read of a disk of which nothing was known: `changed`
   * if what it has learned is not true any more, `let-through` if the disk was not to be stored. @default a good disk
   */
  readonly afterCold?: 'changed' | 'let-through'
  /** Of a disk that nothing is known of. */
  readonly cold: Outcome
  /** Of a disk of which chunks 0 and 1 are stored. */
  readonly known: Outcome
}

const once = [wantedRequest]
const fourTimes = [wantedRequest, wantedRequest, wantedRequest, wantedRequest]
/** After the answer that shows another version, what is there now is looked at. */
const onceAndLook = [wantedRequest, requestFor([0, 1])]
const whole = { answer: 'right', stored: 8, asked: once } as const
const good = {
  cold: { answer: 'right', stored: 1, asked: once },
  known: { answer: 'right', stored: 3, asked: once },
} as const
/** Nothing is stored, and what was stays. */
function refused(answer: string, asked: Outcome['asked'] = once): Pick<Row, 'cold' | 'known'> {
  return { cold: { answer, stored: 0, asked }, known: { answer, stored: 2, asked } }
}
/** Chunk 1 was not confirmed by a later answer, and goes with the version that is gone. */
const changed = { answer: '503 disk-changed', stored: 1, asked: onceAndLook } as const
const never = new Promise<void>(() => undefined)

const slices = Array.from({ length: 16 }, (_, at) =>
  requestFor([3 * mebibyte + at * 65_536, 4 * mebibyte]),
)
/** What a read of the end of the fourth chunk comes to, for each fault. */
export const rows: readonly Row[] = [
  {
    what: 'ignores ranges and tells the size',
    fault: () => ignoreRange({ withLength: true }),
    cold: whole,
    known: whole,
  },
  {
    what: 'ignores ranges without telling the size',
    fault: () => ignoreRange({ withLength: false }),
    cold: whole,
    known: whole,
  },
  { what: 'ignores If-Range', fault: ignoreIfRange, ...good },
  { what: 'sends weak ETags', afterCold: 'changed', fault: weakEtag, ...good, known: changed },
  { what: 'has another ETag', afterCold: 'changed', fault: changedEtag, ...good, known: changed },
  { what: 'sends only dates', afterCold: 'changed', fault: onlyDates, ...good, known: changed },
  {
    what: 'sends no validator',
    fault: noValidator,
    afterCold: 'let-through',
    cold: { answer: 'right', stored: 0, asked: [wantedRequest, requestFor(wanted)] },
    known: { answer: '502 origin-bad-response', stored: 2, asked: once },
  },
  {
    what: 'does not tell the size of the disk',
    fault: unknownTotal,
    ...refused('502 origin-bad-response'),
  },
  {
    what: 'sends other bytes than asked',
    fault: wrongContentRange,
    ...refused('502 origin-bad-response'),
  },
  {
    what: 'tells a wrong size of the disk',
    fault: wrongTotal,
    cold: { answer: 'right', stored: 1, asked: once },
    known: changed,
  },
  {
    what: 'breaks off in the middle of a body, twice',
    fault: () => shortBody(300_000),
    times: 2,
    cold: { ...good.cold, asked: 'going on' },
    known: { ...good.known, asked: 'going on' },
  },
  {
    what: 'always breaks off near the end of a body',
    fault: () => shortBody(1000),
    ...refused('503 origin-unreachable', 'going on'),
  },
  {
    what: 'sends more than it promised',
    fault: longBody,
    // When the reader comes to look at the chunk, its answer may have been refused already: then it asks itself.
    cold: { answer: ['right', '502 origin-bad-response'], stored: 0 },
    known: { answer: ['right', '502 origin-bad-response'], stored: 2, asked: once },
  },
  {
    what: 'sends less than asked',
    fault: shorterRange,
    cold: { ...good.cold, asked: slices },
    known: { ...good.known, asked: slices },
  },
  {
    what: 'sends next to nothing of what was asked',
    fault: () => shorterRange(10),
    ...refused(
      '502 origin-bad-response',
      [0, 10, 20, 30].map((at) => requestFor([3 * mebibyte + at, 4 * mebibyte])),
    ),
  },
  {
    what: 'sends one range as a part of several',
    fault: multipartForOne,
    ...refused('502 origin-bad-response'),
  },
  {
    what: 'compresses ranges',
    fault: gzipRange,
    ...refused('503 origin-unreachable', fourTimes),
  },
  {
    what: 'sends nothing more after some bytes',
    fault: () => stall({ afterBytes: 1000, until: never }),
    attributes: 'data-timeout="1s"',
    ...refused(
      '504 origin-unreachable',
      [0, 1000, 2000, 3000].map((at) => requestFor([3 * mebibyte + at, 4 * mebibyte])),
    ),
  },
  {
    what: 'sends a few bytes at a time',
    fault: () => slowDrip({ pieceBytes: 16_384, pauseMs: 5 }),
    ...good,
  },
  {
    what: 'is overloaded twice',
    fault: () => answerStatus(503),
    times: 2,
    cold: { ...good.cold, asked: fourTimes.slice(1) },
    known: { ...good.known, asked: fourTimes.slice(1) },
  },
  {
    what: 'is overloaded and asks to wait a second',
    fault: () => answerStatus(503, 1),
    times: 1,
    cold: { ...good.cold, asked: fourTimes.slice(2) },
    known: { ...good.known, asked: fourTimes.slice(2) },
  },
  {
    what: 'is overloaded',
    fault: () => answerStatus(503),
    ...refused('503 origin-status', fourTimes),
  },
  {
    what: 'is overloaded and asks to wait a minute',
    fault: () => answerStatus(503, 60),
    ...refused('503 origin-status'),
  },
  {
    what: 'is asked too often, and says so',
    fault: () => answerStatus(429, 60),
    ...refused('503 origin-status'),
  },
  {
    what: 'has no such file',
    fault: () => answerStatus(404),
    ...refused('502 origin-status'),
  },
  {
    what: 'says that a range that exists does not',
    fault: () => answerStatus(416),
    ...refused('502 origin-status'),
  },
  {
    what: 'sends readers elsewhere',
    fault: () => redirectTo('?elsewhere'),
    cold: { ...good.cold, asked: fourTimes.slice(2) },
    known: { ...good.known, asked: fourTimes.slice(2) },
  },
  {
    what: 'resets the connection, twice',
    fault: resetConnection,
    times: 2,
    cold: { answer: 'right', stored: 1 },
    known: { answer: 'right', stored: 3 },
  },
  {
    what: 'cannot be reached',
    fault: resetConnection,
    cold: { answer: '503 origin-unreachable', stored: 0 },
    known: { answer: '503 origin-unreachable', stored: 2 },
  },
]
