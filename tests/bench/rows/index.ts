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

/** A goal without a figure. */
export interface MissingRow {
  readonly title: string
  readonly goal: string
  /** Why there is no figure. */
  readonly reason: string
}

/** Goals that cannot be measured yet, or not by a benchmark. */
export const missingRows: readonly MissingRow[] = [
  {
    title: 'bodies cut short without an error, over worker stops, idle deaths and updates',
    goal: '0',
    reason: 'not a figure of the bench: it takes tests that count',
  },
  {
    title: 'bits without data after a simulated power loss, default store',
    goal: '0',
    reason: 'not a figure of the bench: it takes tests that count',
  },
]
