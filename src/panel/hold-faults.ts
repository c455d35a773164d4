import type { DiskCache, OriginFaults } from '../protocol/api.ts'

/** Sooner than an idle worker is stopped: while there are faults it lives, or it would forget them. */
const repeatMs = 10_000

/** Keeps faults in force while this page wants them. */
export interface FaultHolder {
  /** What goes wrong now, whoever wanted it; says again what this page wants. */
  current(): Promise<OriginFaults>
  /** Lets other things go wrong than before; `{}` ends it. */
  set(faults: OriginFaults): Promise<OriginFaults>
}

/** Makes the {@link FaultHolder} of a page. */
export function holdFaults(cache: Pick<DiskCache, 'setFaults'>): FaultHolder {
  let wanted: OriginFaults | undefined
  let timer: ReturnType<typeof setInterval> | undefined

  async function current(): Promise<OriginFaults> {
    const asked = wanted
    const now = await cache.setFaults(asked)
    // What is left to fail is known to the worker only: a new one must hear of the rest.
    if (wanted === asked && asked !== undefined) wanted = areOn(now) ? now : undefined
    if (wanted === undefined) {
      clearInterval(timer)
      timer = undefined
    } else {
      timer ??= setInterval(() => void current().catch(() => undefined), repeatMs)
    }
    return now
  }

  return {
    current,
    set(faults) {
      wanted = { ...faults, id: crypto.randomUUID() }
      return current()
    },
  }
}

/** Whether anything goes wrong at all. */
export function areOn({ offline, latencyMs = 0, failNext = 0 }: OriginFaults): boolean {
  return offline === true || latencyMs > 0 || failNext > 0
}
