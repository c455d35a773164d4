import type { LinkEstimate } from '../core/link-estimate.ts'
import type { DownloadSink } from './download-range.ts'

/**
 * Lets a link learn from a download: how long its answers take to begin, and how fast their bytes come. Only answers
 * that end well count. The rest of a download has begun where the last answer broke off: each is a request of its own.
 *
 * @param parallel - how many requests are under way now, at any origin.
 */
export function timedSink<Sink extends DownloadSink>(
  sink: Sink,
  link: LinkEstimate,
  parallel: () => number,
): Sink {
  let [startedMs, firstByteMs, bytes, beside] = [0, 0, 0, 1]
  return {
    ...sink,
    begin(response) {
      startedMs = response.askedAtMs
      firstByteMs = performance.now()
      bytes = 0
      beside = parallel()
      return sink.begin(response)
    },
    write(offset, part) {
      bytes += part.byteLength
      return sink.write(offset, part)
    },
    end() {
      const endedMs = performance.now()
      link.record({
        startedMs,
        firstByteMs,
        endedMs,
        bytes,
        parallel: Math.max(1, (beside + parallel()) / 2),
      })
      return sink.end()
    },
  }
}
