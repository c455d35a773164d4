import { alwaysNext, oneStream, ours } from './foresights.ts'
import type { CreateForesight } from './foresights.ts'
import { noWorker } from './policy.ts'
import type { Policy } from './policy.ts'

const KiB = 1024
const MiB = 1024 * KiB

/** Policies that answer one question together. */
export interface Group {
  readonly question: string
  readonly policies: readonly Policy[]
}

/** What the default is to be. */
export const chosenChunkBytes: number = 256 * KiB

const base = { chunkBytes: chosenChunkBytes, extent: 'run' } as const
const chunkSizes = [64, 128, 256, 512, 1024, 2048].map((size) => size * KiB)

const readaheads: readonly (readonly [string, CreateForesight | undefined])[] = [
  ['none', undefined],
  ['always the next 128 KiB', alwaysNext(128 * KiB)],
  ['always the next 1 MiB', alwaysNext(MiB)],
  ['one stream, up to 128 KiB', oneStream(128 * KiB)],
  ['one stream, up to 1 MiB', oneStream(MiB)],
  ['ours, up to 256 KiB', ours(() => 256 * KiB)],
  ['ours, up to 1 MiB', ours(() => MiB)],
  ['ours, up to 4 MiB', ours(() => 4 * MiB)],
  ['ours, as the link has it', ours()],
]

const runs: readonly (readonly [string, Partial<Policy>])[] = [
  ['to the end of the chunk', { extent: 'toChunkEnd' }],
  ['a run of 4 KiB', { runBytes: () => 4 * KiB }],
  ['a run of 64 KiB', { runBytes: () => 64 * KiB }],
  ['a run of half of rate x delay', { runBytes: (link) => link.runBytes() / 2 }],
  ['a run of rate x delay', {}],
  ['a run of twice rate x delay', { runBytes: (link) => 2 * link.runBytes() }],
  ['a run of rate x delay, eager', { isEager: true }],
]

/** What is compared with what. */
export const groups: readonly Group[] = [
  {
    question: 'whole chunks, as a naive cache fetches them',
    policies: [
      noWorker,
      ...chunkSizes.map((chunkBytes): Policy => ({
        name: nameOf(chunkBytes),
        chunkBytes,
        extent: 'chunk',
      })),
    ],
  },
  {
    question: 'chunk size, with everything else as chosen',
    policies: chunkSizes.map((chunkBytes): Policy => ({
      ...base,
      name: nameOf(chunkBytes),
      chunkBytes,
      foresee: ours(),
    })),
  },
  {
    question: 'what a demanded request brings (chunks of 256 KiB, readahead as chosen)',
    policies: runs.map(([name, changed]): Policy => ({
      ...base,
      name,
      foresee: ours(),
      ...changed,
    })),
  },
  {
    question: 'readahead (chunks of 256 KiB, a run of rate x delay)',
    policies: readaheads.map(([name, foresee]): Policy => ({
      ...base,
      name,
      ...(foresee && { foresee }),
    })),
  },
]

function nameOf(bytes: number): string {
  return bytes < MiB ? `${bytes / KiB} KiB` : `${bytes / MiB} MiB`
}
