import { coldness, firstUse, nextUse } from '../../../../src/core/chunk-use.ts'
import { chunksPerDisk } from './eviction-policy.ts'
import type { EvictionPolicy } from './eviction-policy.ts'

/** How {@link ours} differs from what is built. */
export interface OursOptions {
  readonly name: string
  /** @default the one in `src/core/chunk-use.ts` */
  readonly coldnessOf?: (use: number, minute: number) => number
  /** Whether a disk that is being read or prefetched gives nothing while others have something. */
  readonly sparesReaders: boolean
}

/** The policy of `src/core/chunk-use.ts`: what has been idle for longest, per occasion on which it was wanted, goes first. */
export function ours({ name, coldnessOf = coldness, sparesReaders }: OursOptions): EvictionPolicy {
  return {
    name,
    create(capacity) {
      const uses = new Map<number, number>()

      function evict(minute: number, disk: number): void {
        let [coldest, most] = [-1, -1]
        for (const [chunk, use] of uses) {
          const isRead = sparesReaders && Math.floor(chunk / chunksPerDisk) === disk
          const cold = coldnessOf(use, minute) + (isRead ? 0 : 1e9)
          if (cold > most) [coldest, most] = [chunk, cold]
        }
        uses.delete(coldest)
      }

      return {
        has: (chunk) => uses.has(chunk),
        access({ chunk, minute, disk }) {
          const known = uses.get(chunk)
          if (known === undefined && uses.size >= capacity) evict(minute, disk)
          uses.set(chunk, known === undefined ? firstUse(minute) : nextUse(known, minute))
          return known !== undefined
        },
      }
    },
  }
}
