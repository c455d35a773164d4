import type { Row } from '../row.ts'
import { measureStoredReads } from '../stored-reads.ts'

/** Large stored reads against the HTTP cache. */
export const stored1MiB: Row = {
  name: 'stored-1mib',
  method:
    'Random reads of aligned MiBs by `fetch`, one at a time, of a 64 MiB disk that every contender has in full: ' +
    'sectorcache by a prefetch of it all, so in chunks of 1 MiB. The HTTP cache that decides was filled by requests of 1 MiB, since an emulator fills it by ranges; ' +
    'filled by one GET it is faster: that is the line of its own.',
  rounds: 7,
  goals: [
    {
      title: 'stored 1 MiB read, p50, against the HTTP cache',
      as: 'time',
      limit: { atMost: 0.75 },
      comparisons: [
        { label: 'IndexedDB', of: 'idb', against: 'none' },
        { label: 'OPFS', of: 'opfs', against: 'none' },
        { label: 'IndexedDB, cache filled by one GET', of: 'idb', against: 'whole' },
      ],
    },
  ],
  measure: (stage, rounds) =>
    measureStoredReads(stage, rounds, {
      contenders: ['none', 'whole', 'workbox', 'idb', 'opfs'],
      length: 2 ** 20,
      countOf: (contender) =>
        contender === 'workbox' ? stage.sizes.workboxReads : stage.sizes.largeReads,
    }),
}
