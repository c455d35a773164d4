import type { ByteRange } from '../core/byte-range.ts'
import { chunkBytes } from '../core/chunk-grid.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'

/**
 * The body of most reads: bytes of one chunk that was opened before. Nothing is awaited.
 *
 * @returns `undefined` if the range is another's to answer: of several chunks, missing, or not opened yet.
 */
export function takeHotBody(
  generation: StoredGeneration,
  { start, end }: ByteRange,
): Blob | undefined {
  const { grid } = generation
  const index = Math.floor(start / grid.chunkSize)
  const chunk = chunkBytes(grid, index)
  if (end > chunk.end || !generation.isStored(index)) return undefined
  generation.noteRead({ first: index, end: index + 1 })
  return generation.rememberedPart(index, { start: start - chunk.start, end: end - chunk.start })
}
