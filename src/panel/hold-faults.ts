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

  async function say(order?: OriginFaults): Promise<OriginFaults> {
    if (order) wanted = { ...order, id: page + orders++ }
    const asked = wanted
    let now = await cache.setFaults(order && asked)
    // The worker may have been restarted. If it has another page's order, that one spoke last.
    if (asked && wanted === asked && isOwn(now)) now = await cache.setFaults(asked)
    if (wanted === asked) {
      // What is left to fail is known to the worker only: a new one must hear of the rest.
      wanted = isOwn(now) && areOn(now) ? now : undefined
      clearInterval(timer)
      timer = wanted && setInterval(() => void say().catch(() => undefined), repeatMs)
    }
    return now
  }

  /** Whether no other page has ordered it. */
  function isOwn({ id = page }: OriginFaults): boolean {
    return id.startsWith(page)
  }

  return {
    current: () => say(),
    set: say,
    end() {
      wanted &&= { id: page }
      return say()
    },
  }
}

/** Whether anything goes wrong at all. */
export function areOn({ offline, latencyMs, failNext }: OriginFaults): boolean {
  return Boolean(offline || latencyMs || failNext)
}
