/** Turns many requests for the same work into few runs of it. */
export interface Coalescer {
  /** Asks for a run that begins after this call. */
  request(): void
  /** Holds runs back until {@link Coalescer.resume}; requests are remembered. */
  pause(): void
  /** Lets runs begin again, at once if one was asked for. */
  resume(): void
}

/** What {@link createCoalescer} needs of the outside world. */
export interface CoalescerTimers {
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** @returns a function that cancels the call. */
  after(delayMs: number, callback: () => void): () => void
}

/**
 * Makes a coalescer. The first request runs at once; those that come within the interval, or while a run
 * is under way, share one later run. Never two runs at a time.
 *
 * @param run - must not reject.
 * @param intervalMs - least time between the beginnings of two runs.
 */
export function createCoalescer(
  run: () => Promise<void>,
  intervalMs: number,
  timers: CoalescerTimers = browserTimers,
): Coalescer {
  let wanted = false
  let running = false
  let paused = false
  let startedAt = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | undefined

  function schedule(): void {
    if (!wanted || running || paused || cancel !== undefined) return
    const delayMs = Math.max(0, startedAt + intervalMs - timers.now())
    cancel = timers.after(delayMs, begin)
  }

  async function begin(): Promise<void> {
    cancel = undefined
    wanted = false
    running = true
    startedAt = timers.now()
    await run()
    running = false
    schedule()
  }

  return {
    request() {
      wanted = true
      schedule()
    },
    pause() {
      paused = true
      cancel?.()
      cancel = undefined
    },
    resume() {
      paused = false
      schedule()
    },
  }
}

const browserTimers: CoalescerTimers = {
  now: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
