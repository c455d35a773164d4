import type { WorkerLink } from './worker-link.ts'

/** Firefox ends a worker after 60 s of one event; a new event extends its life. */
const pingMs = 10_000

/**
 * Sends pings while bodies are being streamed to this page: Firefox would end such a body short, as if it
 * were complete, when it stops the worker.
 *
 * @returns a function that ends it.
 */
export function keepStreamsAlive(link: WorkerLink): () => void {
  let timer: ReturnType<typeof setInterval> | undefined
  const stop = (): void => {
    clearInterval(timer)
    timer = undefined
  }
  link.onStreams((open) => {
    if (open === 0) stop()
    else timer ??= setInterval(() => link.ping(), pingMs)
  })
  return stop
}
