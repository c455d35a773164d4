import type { Row } from '../row.ts'
import { absent4KiB } from './absent-4kib.ts'
import { absentSequential } from './absent-sequential.ts'
import { bundleSizes } from './bundle-sizes.ts'
import { deviceRow } from './device.ts'
import { guestBoot } from './guest-boot.ts'
import { heap } from './heap.ts'
import { linkMatrix } from './link-matrix.ts'
import { parallel } from './parallel.ts'
import { prefetch } from './prefetch.ts'
import { restart } from './restart.ts'
import { stored1MiB } from './stored-1mib.ts'
import { stored4KiB } from './stored-4kib.ts'
import { storedSequential } from './stored-sequential.ts'

/** Everything that can be measured. */
export const rows: readonly Row[] = [
  stored4KiB,
  stored1MiB,
  parallel,
  deviceRow,
  storedSequential,
  absent4KiB,
  absentSequential,
  prefetch,
  restart,
  heap,
  guestBoot,
  linkMatrix,
  bundleSizes,
]

/** A goal that tests keep, not the bench. */
export interface TestedRow {
  readonly title: string
  readonly goal: string
  /** What keeps it. */
  readonly reason: string
}

/** Goals that are counts of faults: the tests fail when one is missed. */
export const testedRows: readonly TestedRow[] = [
  {
    title: 'bodies cut short without an error, over worker stops, idle deaths and updates',
    goal: '0',
    reason: '0, or `npm test` and `npm run test:faults` fail ([faults](faults.md))',
  },
  {
    title: 'bits without data after a simulated power loss, default store',
    goal: '0',
    reason: '0, or `npm run test:faults` fails ([faults](faults.md))',
  },
]
