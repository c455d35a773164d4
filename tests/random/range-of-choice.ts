import type { ModelDisk } from './model-disk.ts'
import type { RangeChoice } from './program.ts'

/** Bytes `[start, end)`. */
export interface ChosenRange {
  readonly start: number
  /** May lie beyond the end of the disk. */
  readonly end: number
}

/** Fits a range to a disk: to its first version, so that it does not depend on when it is read. */
export function rangeOf(choice: RangeChoice, { versions, chunkBytes }: ModelDisk): ChosenRange {
  const sizeBytes = versions[0]?.bytes.length ?? 1
  const place = Math.floor((choice.place / 65_536) * sizeBytes)
  const start =
    choice.fromChunk === undefined
      ? place
      : Math.max(0, Math.floor(place / chunkBytes) * chunkBytes + choice.fromChunk)
  return { start, end: start + Math.max(1, choice.chunks * chunkBytes + choice.bytes) }
}

/** The `Range` header of some ranges. */
export function rangeHeader(choices: readonly RangeChoice[], disk: ModelDisk): string {
  const specs = choices.map((choice) => {
    const { start, end } = rangeOf(choice, disk)
    if (choice.form === 'open') return `${start}-`
    return choice.form === 'suffix' ? `-${end - start}` : `${start}-${end - 1}`
  })
  return `bytes=${specs.join(',')}`
}
