import type { FinishedRequest, LinkEstimate } from '../core/link-estimate.ts'
import type { DownloadSink } from './download-range.ts'

/** So long the sink may take in all, in milliseconds, before it spoils what is measured. */
const sinkMs = 5

/**
 * Lets a link learn from a download: how long its answers take to begin, and how fast their bytes come. Only answers
 * that end well count. The rest of a download has begun where the last answer broke off: each is a request of its own.
 *
 * What comes after a sink has held an answer up tells nothing of the link: bytes that pile up meanwhile come at once. It is
 * left out.
 *
 * @param parallel - how many requests are under way now, at any origin.
 */
export function timedSink<Sink extends DownloadSink>(
  sink: Sink,
  link: LinkEstimate,
  parallel: () => number,
): Sink {
  let [startedMs, firstByteMs, bytes, beside, heldMs] = [0, 0, 0, 1, 0]
  let unspoiled: FinishedRequest | undefined

  const measure = (): FinishedRequest => ({
    startedMs,
    firstByteMs,
    endedMs: performance.now(),
    bytes,
    parallel: Math.max(1, (beside + parallel()) / 2),
  })

  return {
    ...sink,
    begin(response) {
      startedMs = response.askedAtMs
      firstByteMs = performance.now()
      bytes = heldMs = 0
      beside = parallel()
      unspoiled = undefined
      return sink.begin(response)
    },
    async write(offset, part) {
      bytes += part.byteLength
      const before = measure()
      await sink.write(offset, part)
      heldMs += performance.now() - before.endedMs
      if (heldMs > sinkMs) unspoiled ??= before
    },
    end() {
      link.record(unspoiled ?? measure())
      return sink.end()
    },
  }
}
