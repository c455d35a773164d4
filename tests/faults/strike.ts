import { setTimeout as sleep } from 'node:timers/promises'

import type { WorkloadNews } from './browser/workload.ts'
import type { Dice } from './dice.ts'
import type { FaultWorld } from './fault-world.ts'

/** When byte `byte` of answer `answer` from now has left the origin. */
interface ByteMoment {
  readonly at: 'byte'
  readonly answer: number
  readonly byte: number
}

/** What the page tells often enough to strike by it. */
type Cue = Extract<
  WorkloadNews['kind'],
  'stored' | 'read' | 'evict' | 'invalidate' | 'change' | 'update'
>

/** So long after the page has told so many such things: then something is being written. */
interface CueMoment {
  readonly at: Cue
  readonly count: number
  readonly afterMs: number
}

/** When to strike. */
export type StrikeMoment = ByteMoment | CueMoment

const maxCounts: Readonly<Record<Cue, number>> = {
  stored: 6,
  read: 20,
  evict: 3,
  invalidate: 1,
  change: 1,
  update: 2,
}

/** Rolls a moment. @param changes - whether generations will be given up, or taken over from */
export function rollMoment(dice: Dice, changes: boolean | 'updates'): StrikeMoment {
  if (changes === 'updates') {
    return { at: 'update', count: 1 + dice.below(maxCounts.update), afterMs: dice.below(80) }
  }
  const at = dice.oneOf<'byte' | Cue>([
    'byte',
    'byte',
    'stored',
    'stored',
    'read',
    'evict',
    'invalidate',
  ])
  if (at === 'byte') {
    return { at, answer: dice.below(12), byte: dice.below(dice.oneOf([64, 2 ** 18])) }
  }
  const cue = at === 'invalidate' ? rollChange(dice, changes) : at
  return { at: cue, count: 1 + dice.below(maxCounts[cue]), afterMs: dice.below(25) }
}

function rollChange(dice: Dice, changes: boolean): Cue {
  return changes ? dice.oneOf<Cue>(['invalidate', 'change', 'update']) : 'read'
}

/**
 * Calls `strike` once, at the moment; the origin's answer stands still meanwhile.
 *
 * @returns what to tell of the page's news, and a function that ends it: it resolves to whether the strike was made.
 */
export function aimStrike(
  { site }: FaultWorld,
  moment: StrikeMoment,
  strike: () => Promise<void>,
): { hear: (news: WorkloadNews) => void; end: () => Promise<boolean> } {
  let struck: Promise<void> | undefined
  const strikeOnce = (afterMs: number): Promise<void> => {
    struck ??= sleep(afterMs).then(strike)
    struck.catch(() => undefined)
    return struck
  }
  let answersLeft = moment.at === 'byte' ? moment.answer : 0
  const fault = site.origin.faults.add((plan) => {
    if (moment.at !== 'byte' || plan.status !== 206 || struck || answersLeft-- > 0) return plan
    const length = Number(plan.headers['Content-Length'] ?? 0)
    // It is over when the strike has been made: what was killed does not hear of it.
    let go: () => void = () => undefined
    const until = new Promise<void>((resolve) => {
      go = resolve
    })
    const onReached = (): void => void strikeOnce(0).then(go, go)
    return { ...plan, interruption: { afterBytes: moment.byte % length, until, onReached } }
  })
  let cuesLeft = moment.at === 'byte' ? 0 : moment.count
  return {
    hear(news) {
      if (moment.at === 'byte' || news.kind !== moment.at) return
      if (--cuesLeft === 0) void strikeOnce(moment.afterMs)
    },
    async end() {
      fault.remove()
      await struck
      return struck !== undefined
    },
  }
}
