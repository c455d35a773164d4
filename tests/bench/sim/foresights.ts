import type { ByteRange } from '../../../src/core/byte-range.ts'
import type { LinkEstimate } from '../../../src/core/link-estimate.ts'
import { createReadahead } from '../../../src/core/readahead.ts'

/** Says what to fetch ahead when a read was demanded. */
export type Foresight = (read: ByteRange) => ByteRange | undefined

/** Makes the foresight of one boot. */
export type CreateForesight = (sizeBytes: number, link: LinkEstimate) => Foresight

/** Ours. @param limit - of its window; by default as the link has it */
export function ours(
  limit: (link: LinkEstimate) => number = (link) => link.readaheadBytes(),
): CreateForesight {
  return (sizeBytes, link) => {
    const readahead = createReadahead({ sizeBytes, maxWindowBytes: () => limit(link) })
    return (read) => readahead.onRead(read)
  }
}

/** So many bytes behind each read, whatever it is. */
export function alwaysNext(bytes: number): CreateForesight {
  return (sizeBytes) =>
    ({ end }) =>
      end < sizeBytes ? { start: end, end: Math.min(sizeBytes, end + bytes) } : undefined
}

/**
 * One stream, as a file that is open in an operating system: a window that begins with four times the first read and
 * doubles when its half is reached; a jump begins anew.
 */
export function oneStream(maxBytes: number): CreateForesight {
  return (sizeBytes) => {
    let [expected, aheadTo, window] = [0, 0, 0]
    return ({ start, end }) => {
      const isSequential = start === expected
      expected = end
      if (!isSequential) [aheadTo, window] = [end, 0]
      if (!isSequential || aheadTo - end > window / 2) return undefined
      window = Math.min(maxBytes, window === 0 ? 4 * (end - start) : 2 * window)
      const from = Math.max(aheadTo, end)
      aheadTo = Math.min(sizeBytes, Math.max(from, end + window))
      return aheadTo > from ? { start: from, end: aheadTo } : undefined
    }
  }
}
