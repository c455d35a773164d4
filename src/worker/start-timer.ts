/** A timer to race with. */
export interface Timer {
  readonly passed: Promise<'passed'>
  stop(): void
}

/** Resolves to `passed` after `delayMs`, unless it is stopped. */
export function startTimer(delayMs: number): Timer {
  let timer: ReturnType<typeof setTimeout> | undefined
  const passed = new Promise<'passed'>((resolve) => {
    timer = setTimeout(() => resolve('passed'), Math.max(0, delayMs))
  })
  return { passed, stop: () => clearTimeout(timer) }
}
