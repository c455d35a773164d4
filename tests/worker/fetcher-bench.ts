import { vi } from 'vitest'

import { byteLengthOf } from '../../src/core/byte-range.ts'
import type { ByteRange } from '../../src/core/byte-range.ts'
import { chunkBytes } from '../../src/core/chunk-grid.ts'
import type { DiskCacheError } from '../../src/core/errors.ts'
import type { GenerationIdentity } from '../../src/core/generation-identity.ts'
import type { LinkEstimate } from '../../src/core/link-estimate.ts'
import { defaultOptions } from '../../src/core/options.ts'
import type { OriginRequest, OriginResponse } from '../../src/origin/chunk-source.ts'
import { createOriginGate } from '../../src/origin/origin-gate.ts'
import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import type { StoredGeneration } from '../../src/storage/stored-generation.ts'
import { createChunkFetcher } from '../../src/worker/chunk-fetcher.ts'
import type { ChunkFetcher } from '../../src/worker/chunk-fetcher.ts'
import type { OriginAccess } from '../../src/worker/origin-access.ts'
import { preparePieces } from '../../src/worker/prepare-pieces.ts'
import type { WorkerContext } from '../../src/worker/worker-context.ts'

const url = 'https://disks.example/a.img'

/** Of every version in a {@link FetcherBench}. */
export const identity: GenerationIdentity = {
  validator: { kind: 'strong', etag: '"1"' },
  sizeBytes: 200 * 1024 + 100,
}

/** What the disk of a {@link FetcherBench} holds. */
export const content: Uint8Array<ArrayBuffer> = Uint8Array.from(
  { length: 5 * 1024 * 1024 },
  (_, at) => (at * 7 + (at >> 9)) % 251,
)

/** On whose behalf a {@link FetcherBench} asks. */
export const access: OriginAccess = {
  url,
  credentials: 'same-origin',
  fields: {},
  redirect: 'follow',
  use: 'default',
  urgency: 'demand',
  lifetime: { keep: (work) => (work.catch(() => undefined), work) },
}

/** A fetcher with a store in memory, and an origin that a test answers for. */
export interface FetcherBench {
  readonly fetcher: ChunkFetcher
  readonly context: WorkerContext
  /** What was stored, by chunk. */
  readonly stored: Map<number, Uint8Array>
  /** What the origin was asked for, in order. */
  readonly asked: ByteRange[]
}

/** What a test may have otherwise. */
export interface BenchOptions {
  readonly sizeBytes?: number
  readonly chunkSize?: number
  readonly parallel?: number
  /** What the link carries during its delay. */
  readonly runBytes?: number
  /** What is known of the link besides. */
  readonly link?: LinkEstimate
  /** How the origin answers. */
  readonly answer: (request: OriginRequest) => Promise<OriginResponse>
  readonly assertRoom?: () => Promise<void>
  /** What the origin has when it turns out to have another version. @default the same */
  readonly onChanged?: () => Promise<GenerationIdentity>
}

/** Makes a {@link FetcherBench}. */
export function createFetcherBench({
  sizeBytes = identity.sizeBytes,
  chunkSize = 2048,
  parallel = 6,
  runBytes = 4096,
  link = createFixedLink({ runBytes }),
  answer,
  assertRoom = async () => undefined,
  onChanged = async () => ({ ...identity, sizeBytes }),
}: BenchOptions): FetcherBench {
  vi.stubGlobal('location', { origin: 'https://disks.example' })
  vi.stubGlobal('navigator', { onLine: true, language: 'en' })
  const grid = { sizeBytes, chunkSize }
  const stored = new Map<number, Uint8Array<ArrayBuffer>>()
  const asked: ByteRange[] = []
  const record = {
    id: 'g',
    url,
    identity: { ...identity, sizeBytes },
    headers: {},
    createdAt: 0,
    chunkSize,
  } as unknown as GenerationRecord
  const generation = {
    record,
    grid,
    loadPages: () => undefined,
    isStored: (index: number) => stored.has(index),
    remembered: () => undefined,
    rememberedPart: () => undefined,
    needsCheck: () => false,
    noteRead: () => undefined,
    open: async (index: number) => new Blob([stored.get(index) ?? new Uint8Array()]),
    discard: (index: number) => void stored.delete(index),
    async commit(chunks: readonly { index: number; bytes: Uint8Array<ArrayBuffer> }[]) {
      await Promise.resolve()
      for (const { index, bytes } of chunks) stored.set(index, bytes.slice())
      return true
    },
    evict: async ({ first, end }: { first: number; end: number }) => {
      for (let index = first; index < end; index++) stored.delete(index)
      return { chunks: end - first, bytes: 0 }
    },
    coverage: async () => [],
    refresh: async () => undefined,
  } as unknown as StoredGeneration
  const context = {
    options: { ...defaultOptions, chunkSize, parallel },
    source: {
      open(request: OriginRequest) {
        asked.push(request.range)
        return answer(request)
      },
    },
    gate: createOriginGate(() => parallel),
    linkTo: () => link,
    log: {
      emit: () => undefined,
      countFetch: () => undefined,
      countAhead: () => undefined,
    },
    space: {
      budgetBytes: async () => Infinity,
      store: async (_bytes: number, write: () => Promise<unknown>) => {
        await assertRoom()
        return write()
      },
    },
    forget: () => undefined,
    announceChange: () => undefined,
  } as unknown as WorkerContext
  const fetcher = createChunkFetcher(generation, context, onChanged)
  return { fetcher, context, stored, asked }
}

/** A link of which no more is learned. */
export function createFixedLink({
  runBytes = 4096,
  readaheadBytes = 64 * 1024,
}: {
  readonly runBytes?: number
  readonly readaheadBytes?: number
}): LinkEstimate {
  return {
    record: () => undefined,
    delayMs: undefined,
    bytesPerMs: undefined,
    runBytes: () => runBytes,
    readaheadBytes: () => readaheadBytes,
  }
}

/** An honest answer to a request. */
export function honest(
  { range }: OriginRequest,
  {
    status = 206,
    sizeBytes = identity.sizeBytes,
    pieces = 1000,
    shorterBy = 0,
    cutAfter = Infinity,
    headers = {},
    before = async () => undefined,
  }: {
    status?: 200 | 206
    sizeBytes?: number
    pieces?: number
    shorterBy?: number
    cutAfter?: number
    headers?: Record<string, string>
    before?: (at: number) => Promise<void>
  } = {},
): OriginResponse {
  const whole = { start: 0, end: sizeBytes }
  const part = {
    start: range.start,
    end: Math.max(range.start + 1, Math.min(range.end, sizeBytes) - shorterBy),
  }
  const sent = status === 200 ? whole : part
  let at = sent.start
  const body = new ReadableStream({
    // As those of `fetch()` are.
    type: 'bytes',
    async pull(controller) {
      await before(at)
      if (at - sent.start >= cutAfter) throw new Error('cut')
      if (at >= sent.end) {
        controller.close()
        // Else a read into given memory would wait for ever.
        controller.byobRequest?.respond(0)
        return
      }
      const end = Math.min(at + pieces, sent.end)
      controller.enqueue(content.slice(at, end))
      at = end
    },
  })
  return { status, identity: { ...identity, sizeBytes }, range: sent, headers, body }
}

/** Whether these are the bytes of the disk. */
export function isOfDisk(bytes: Uint8Array, { start, end }: ByteRange): boolean {
  if (bytes.byteLength !== end - start) return false
  return bytes.every((byte, at) => byte === content[start + at])
}

/** Reads as readers do: gets what is missing under way, and waits for it. */
export async function readThrough(
  { fetcher }: FetcherBench,
  range: ByteRange,
): Promise<Uint8Array | DiskCacheError> {
  const pieces = await preparePieces(fetcher, range, { access, isForeseen: false })
  const bytes = new Uint8Array(byteLengthOf(range))
  let done = 0
  const read = pieces.map(async (piece) => {
    if (piece.kind === 'stored') return new Uint8Array(await piece.blob.arrayBuffer())
    const arrived = (await piece.flight.read(piece.start, piece.end)).slice()
    piece.giveBack()
    return arrived
  })
  try {
    for (const part of await Promise.all(read)) {
      bytes.set(part, done)
      done += part.byteLength
    }
  } catch (error) {
    return error as DiskCacheError
  }
  return bytes
}

/** Whether all that is stored is what the disk has. */
export function isStoreGood({ stored, fetcher }: FetcherBench): boolean {
  const { grid } = fetcher.generation
  return [...stored].every(([index, bytes]) => isOfDisk(bytes, chunkBytes(grid, index)))
}
