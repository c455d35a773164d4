import type { EvictionPolicy } from './eviction-policy.ts'
import type { EvictionWorkload } from './eviction-workloads.ts'
import { ours } from './ours.ts'
import { fifo, foreknowing, lru, oncePerSession, s3Fifo, sieve } from './rivals.ts'

/** Of the chunks that sessions read, each counted once a session, the share that had to be fetched. */
export function missRatio(
  { create }: EvictionPolicy,
  { accesses }: EvictionWorkload,
  /** In chunks. */
  room: number,
): number {
  const model = create(room)
  const read = new Set<string>()
  let fetched = 0
  for (const access of accesses) {
    const isHit = model.access(access)
    if (access.isPrefetch) continue
    read.add(`${access.session} ${access.chunk}`)
    if (!isHit) fetched++
  }
  return fetched / read.size
}

/** Everything that is compared, with the miss ratios for each workload and room, and their mean. */
export function compareEvictions(
  workloads: readonly EvictionWorkload[],
): { name: string; ratios: number[][]; mean: number }[] {
  const rows = candidates.map((policy) => ({ name: policy.name, policyFor: () => policy }))
  const all = [
    ...rows,
    {
      name: 'the future known',
      policyFor: ({ accesses }: EvictionWorkload) => foreknowing(accesses),
    },
  ]
  return all.map(({ name, policyFor }) => {
    const ratios = workloads.map((workload) =>
      workload.rooms.map((room) => missRatio(policyFor(workload), workload, room)),
    )
    const flat = ratios.flat()
    return { name, ratios, mean: flat.reduce((sum, ratio) => sum + ratio, 0) / flat.length }
  })
}

const candidates: readonly EvictionPolicy[] = [
  fifo,
  lru,
  sieve,
  s3Fifo,
  oncePerSession(sieve),
  oncePerSession(s3Fifo),
  ours({ name: 'ours, idle time alone', coldnessOf: idleMinutes, sparesReaders: true }),
  ours({ name: 'ours, but any disk may give', sparesReaders: false }),
  ours({ name: 'ours', sparesReaders: true }),
]

function idleMinutes(use: number, minute: number): number {
  return minute - Math.floor(use / 16)
}
