import type { LinkEstimate } from '../../../src/core/link-estimate.ts'
import type { CreateForesight } from './foresights.ts'

/** A way to answer reads. */
export interface Policy {
  readonly name: string
  /** Unit of what is stored, in bytes; 0 for no worker at all. */
  readonly chunkBytes: number
  /**
   * What a demanded request asks for. `chunk`: whole chunks, and the answer waits for their end. `toChunkEnd`: from
   * what is needed to the end of the chunk. `run`: no more than a run, unless something was foreseen at this read. The
   * answer leaves when its own bytes are there, and the rest of the chunk comes later.
   */
  readonly extent: 'chunk' | 'toChunkEnd' | 'run'
  /** The run, and so how soon the rest of a chunk comes. @default what the link's estimate says */
  readonly runBytes?: (link: LinkEstimate) => number
  /** @default nothing is foreseen */
  readonly foresee?: CreateForesight
  /** Whether what nobody has demanded may start while somebody waits. @default false */
  readonly isEager?: boolean
}

/** Every read is a request of its own. */
export const noWorker: Policy = { name: 'no worker', chunkBytes: 0, extent: 'chunk' }
