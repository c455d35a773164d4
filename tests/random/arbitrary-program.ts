import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'

import type {
  DiskChoice,
  FaultKind,
  Operation,
  Program,
  RangeChoice,
  ReaderName,
  SiteChoice,
  Timed,
} from './program.ts'

const site: Arbitrary<SiteChoice> = fc.record({
  chunkSize: fc.constantFrom('4KiB', '64KiB', '1MiB'),
  store: fc.constantFrom('idb', 'opfs'),
  onChange: fc.constantFrom('hold', 'switch'),
})

/** Chunks of 1 MiB are made fewer by `sizeOf`. */
const disk: Arbitrary<DiskChoice> = fc.record({
  chunks: fc.oneof(
    { weight: 10, arbitrary: fc.integer({ min: 0, max: 12 }) },
    { weight: 2, arbitrary: fc.integer({ min: 13, max: 96 }) },
    // Over 1024 chunks of 4 KiB: two pages of the catalog, and bodies that are streamed.
    { weight: 1, arbitrary: fc.integer({ min: 97, max: 1300 }) },
  ),
  extraBytes: fc.oneof(fc.constantFrom(0, 1, -1, 511), fc.integer({ min: -2000, max: 2000 })),
  validator: fc.constantFrom('strong', 'weak', 'date'),
  zeroes: fc.boolean(),
})

const range: Arbitrary<RangeChoice> = fc.record({
  form: fc.oneof(
    { weight: 8, arbitrary: fc.constant('closed' as const) },
    { weight: 1, arbitrary: fc.constant('open' as const) },
    { weight: 1, arbitrary: fc.constant('suffix' as const) },
  ),
  place: fc.integer({ min: 0, max: 66_500 }),
  fromChunk: fc.option(fc.integer({ min: -1, max: 1 }), { nil: undefined, freq: 2 }),
  chunks: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) },
    { weight: 1, arbitrary: fc.integer({ min: 4, max: 40 }) },
  ),
  bytes: fc.oneof(fc.constantFrom(0, 1, 512, 4096), fc.nat(10_000)),
})

const diskNumber = fc.nat(1)

const reader: Arbitrary<ReaderName> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('frame' as const) },
  { weight: 3, arbitrary: fc.constant('worker' as const) },
  { weight: 1, arbitrary: fc.constant('page' as const) },
)

const read: Arbitrary<Operation> = fc.record({
  kind: fc.constant('read' as const),
  reader,
  disk: diskNumber,
  ask: fc.oneof(
    { weight: 12, arbitrary: fc.array(range, { minLength: 1, maxLength: 1 }) },
    { weight: 2, arbitrary: fc.array(range, { minLength: 2, maxLength: 6 }) },
    { weight: 2, arbitrary: fc.constant('whole' as const) },
    { weight: 1, arbitrary: fc.constant('head' as const) },
  ),
  leaveAfter: fc.option(fc.nat(200_000), { nil: undefined, freq: 8 }),
})

const prefetch: Arbitrary<Operation> = fc.record({
  kind: fc.constant('prefetch' as const),
  disk: diskNumber,
  range: fc.option(range, { nil: undefined, freq: 2 }),
})

const status: Arbitrary<Operation> = fc.record({
  kind: fc.constant('status' as const),
  disk: diskNumber,
})

const renew: Arbitrary<Operation> = fc.record({ kind: fc.constant('renew' as const), reader })

const stop: Arbitrary<Operation> = fc.constant({ kind: 'stop-worker' as const })

const evict: Arbitrary<Operation> = fc.record({
  kind: fc.constant('evict' as const),
  disk: diskNumber,
  range: fc.option(range, { nil: undefined, freq: 4 }),
})

const invalidate: Arbitrary<Operation> = fc.record({
  kind: fc.constant('invalidate' as const),
  disk: diskNumber,
  by: fc.constantFrom('disk', 'disk-etag', 'cache-etag', 'cache-prefix'),
})

const change: Arbitrary<Operation> = fc.record({
  kind: fc.constant('change' as const),
  disk: diskNumber,
  growHalfChunks: fc.oneof(fc.constant(0), fc.integer({ min: -6, max: 6 })),
})

const revert: Arbitrary<Operation> = fc.record({
  kind: fc.constant('revert' as const),
  disk: diskNumber,
  back: fc.nat(3),
})

const faultKind: Arbitrary<FaultKind> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom(
      'unavailable',
      'reset',
      'short-body',
      'wrong-content-range',
      'wrong-total',
      'other-etag',
      'weak-etag',
      'range-ignored',
      'range-ignored-without-length',
      'gzip',
      'stall',
      'not-found',
      'login-page',
    ),
  },
  { weight: 1, arbitrary: fc.constant('no-validator') },
)

const fault: Arbitrary<Operation> = fc.record({
  kind: fc.constant('fault' as const),
  disk: diskNumber,
  fault: faultKind,
  // Four attempts are made: five in a row are a failure.
  times: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(1, 2) },
    { weight: 1, arbitrary: fc.constantFrom(3, 5) },
  ),
  bytes: fc.nat(70_000),
})

const mend: Arbitrary<Operation> = fc.constant({ kind: 'mend' as const })

const calmOperation: Arbitrary<Operation> = fc.oneof(
  { weight: 14, arbitrary: read },
  { weight: 2, arbitrary: prefetch },
  { weight: 1, arbitrary: status },
  { weight: 1, arbitrary: renew },
)

const wildOperation: Arbitrary<Operation> = fc.oneof(
  { weight: 30, arbitrary: read },
  { weight: 3, arbitrary: prefetch },
  { weight: 1, arbitrary: status },
  { weight: 3, arbitrary: renew },
  { weight: 4, arbitrary: stop },
  { weight: 4, arbitrary: evict },
  { weight: 2, arbitrary: invalidate },
  { weight: 1, arbitrary: fc.constant({ kind: 'clear' as const }) },
  { weight: 4, arbitrary: change },
  { weight: 2, arbitrary: revert },
  { weight: 5, arbitrary: fault },
  { weight: 1, arbitrary: mend },
)

function stepsOf(operation: Arbitrary<Operation>): Arbitrary<Timed[][]> {
  const timed = fc.record({
    pauseMs: fc.oneof(fc.constant(0), fc.nat(25)),
    operation,
  })
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.array(timed, { minLength: 1, maxLength: 1 }) },
    { weight: 2, arbitrary: fc.array(timed, { minLength: 2, maxLength: 5 }) },
  )
  return fc.array(step, { minLength: 1, maxLength: 12, size: 'max' })
}

/** Programs. Of four, about one is calm: then no chunk may be fetched twice, and nothing may fail. */
export const arbitraryProgram: Arbitrary<Program> = fc.record({
  site,
  disks: fc.array(disk, { minLength: 1, maxLength: 2 }),
  steps: fc.oneof(
    { weight: 1, arbitrary: stepsOf(calmOperation) },
    { weight: 3, arbitrary: stepsOf(wildOperation) },
  ),
})
