import type { DiskCache, OriginFaults } from '../protocol/api.ts'

/** Sooner than an idle worker is stopped: while there are faults it lives, or it would forget them. */
const repeatMs = 10_000

/** Keeps faults in force while this page wants them, and no other page has spoken since. */
export interface FaultHolder {
  /** What goes wrong now, whoever wanted it; says again what this page wants if the worker has forgotten it. */
  current(): Promise<OriginFaults>
  /** Lets other things go wrong than before, whoever wanted those; `{}` ends it. */
  set(faults: OriginFaults): Promise<OriginFaults>
  /** Ends what this page wants, and nothing of other pages. */
  end(): Promise<OriginFaults>
}

/** Makes the {@link FaultHolder} of a page. */
export function holdFaults(cache: Pick<DiskCache, 'setFaults'>): FaultHolder {
  /** Its orders are told from those of other pages by it. */
  const page = crypto.randomUUID()
  let orders = 0
  let wanted: OriginFaults | undefined
  let timer: ReturnType<typeof setInterval> | undefined

  async function current(isOrder = false): Promise<OriginFaults> {
    const asked = wanted
    let now = await cache.setFaults(isOrder ? asked : undefined)
    if (wanted !== asked) return now
    if (asked !== undefined && now.id !== asked.id) {
      // The worker was restarted, or the order did not reach it. If it has another page's, that one spoke last.
      const isFree = now.id === undefined ? !areOn(now) : now.id.startsWith(page)
      if (isFree) now = await cache.setFaults(asked)
    }
    if (wanted !== asked) return now
    // What is left to fail is known to the worker only: a new one must hear of the rest.
    wanted = asked !== undefined && now.id === asked.id && areOn(now) ? now : undefined
    if (wanted === undefined) {
      clearInterval(timer)
      timer = undefined
    } else {
      timer ??= setInterval(() => void current().catch(() => undefined), repeatMs)
    }
    return now
  }

  function want(faults: OriginFaults): void {
    wanted = { ...faults, id: page + orders++ }
  }

  return {
    current: () => current(),
    set(faults) {
      want(faults)
      return current(true)
    },
    end() {
      if (wanted !== undefined) want({})
      return current()
    },
  }
}

/** Whether anything goes wrong at all. */
export function areOn({ offline, latencyMs = 0, failNext = 0 }: OriginFaults): boolean {
  return offline === true || latencyMs > 0 || failNext > 0
}
