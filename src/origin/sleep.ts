/** Resolves after `delayMs`; rejects with the signal's reason if that is aborted first. */
export function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(finish, delayMs)
    signal.addEventListener('abort', finish)
    function finish(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      if (signal.aborted) reject(signal.reason as Error)
      else resolve()
    }
    if (signal.aborted) finish()
  })
}
