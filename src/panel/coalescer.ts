/** Turns many requests for the same work into few runs of it. */
export interface Coalescer {
  /** Asks for a run that begins after this call. */
  request(): void
  /** Holds runs back until {@link Coalescer.resume}; requests are remembered. */
  pause(): void
  /** Lets runs begin again, at once if one was asked for. */
  resume(): void
}

/**
 * Makes a coalescer. The first request runs at once; those that come within the interval, or while a run
 * is under way, share one later run. Never two runs at a time.
 *
 * @param run - must not reject.
 * @param intervalMs - least time between the beginnings of two runs.
 */
export function createCoalescer(run: () => Promise<void>, intervalMs: number): Coalescer {
  let wanted = false
  let running = false
  let paused = false
  let startedAt = Number.NEGATIVE_INFINITY
  let timer: ReturnType<typeof setTimeout> | undefined

  function schedule(): void {
    if (!wanted || running || paused || timer !== undefined) return
    const delayMs = Math.max(0, startedAt + intervalMs - performance.now())
    timer = setTimeout(begin, delayMs)
  }

  async function begin(): Promise<void> {
    timer = undefined
    wanted = false
    running = true
    startedAt = performance.now()
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
      clearTimeout(timer)
      timer = undefined
    },
    resume() {
      paused = false
      schedule()
    },
  }
}
