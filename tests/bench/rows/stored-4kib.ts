import type { Row } from '../row.ts'
import { measureStoredReads } from '../stored-reads.ts'

/** Small stored reads against the HTTP cache, and against the least that a worker can take. */
export const stored4KiB: Row = {
  name: 'stored-4kib',
  method:
    'Random 4 KiB reads by `fetch`, one at a time, of a 64 MiB disk that every contender has in full: ' +
    'sectorcache by a prefetch of it all, so in chunks of 1 MiB. The HTTP cache that decides was filled by requests of 1 MiB, since an emulator fills it by ranges; ' +
    'filled by one GET it is faster: that is the line of its own.',
  rounds: 7,
  goals: [
    {
      title: 'stored 4 KiB read, p50, against the HTTP cache without a worker',
      as: 'time',
      limit: { atMost: 0.75 },
      comparisons: [
        { label: 'IndexedDB', of: 'idb', against: 'none' },
        { label: 'OPFS', of: 'opfs', against: 'none' },
        { label: 'IndexedDB, cache filled by one GET', of: 'idb', against: 'whole' },
        { label: 'the floor itself', of: 'floor', against: 'none' },
      ],
    },
    {
      title: 'stored 4 KiB read, p50, against a worker that answers from a constant (the floor)',
      as: 'time',
      limit: { atMost: 1.15 },
      comparisons: [
        { label: 'IndexedDB', of: 'idb', against: 'floor' },
        { label: 'OPFS', of: 'opfs', against: 'floor' },
      ],
    },
  ],
  measure: (stage, rounds) =>
    measureStoredReads(stage, rounds, {
      contenders: ['none', 'whole', 'floor', 'workbox', 'idb', 'opfs'],
      length: 4096,
      countOf: (contender) =>
        contender === 'workbox' ? stage.sizes.workboxReads : stage.sizes.smallReads,
    }),
}
