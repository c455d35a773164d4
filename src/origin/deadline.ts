/** Ends an attempt that no longer makes progress. */
export interface Deadline {
  /** Aborted when the deadline passes, or when the outer signal is. */
  readonly signal: AbortSignal
  /** Whether it was the deadline that passed. */
  readonly passed: boolean
  /** Something arrived: the time starts anew. */
  extend(): void
  /** We, not the origin, are the slow ones for now: the time stands still until {@link Deadline.extend}. */
  pause(): void
  /** No further need: frees the timer. */
  release(): void
}

/** A {@link Deadline} that passes `timeoutMs` after it was made or last extended. */
export function startDeadline(timeoutMs: number, outer: AbortSignal): Deadline {
  const controller = new AbortController()
  const follow = (): void => controller.abort(outer.reason)
  let timer: ReturnType<typeof setTimeout>
  let passed = false
  const start = (): void => {
    timer = setTimeout(() => {
      passed = true
      controller.abort(new DOMException('The origin has sent nothing for too long', 'TimeoutError'))
    }, timeoutMs)
  }
  outer.addEventListener('abort', follow)
  if (outer.aborted) follow()
  start()
  return {
    signal: controller.signal,
    get passed() {
      return passed
    },
    extend() {
      clearTimeout(timer)
      start()
    },
    pause() {
      clearTimeout(timer)
    },
    release() {
      clearTimeout(timer)
      outer.removeEventListener('abort', follow)
    },
  }
}
