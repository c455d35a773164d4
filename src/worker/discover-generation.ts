import type { ByteRange } from '../core/byte-range.ts'
import { chunksInside } from '../core/chunk-grid.ts'
import { isDiskCacheError } from '../core/errors.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import { findStoreObstacle } from '../core/storability.ts'
import type { StoreObstacle } from '../core/storability.ts'
import type { OriginResponse } from '../origin/chunk-source.ts'
import { downloadRange } from '../origin/download-range.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { ChunkReceiver } from './chunk-receiver.ts'
import type { DiskGenerations } from './disk-generations.ts'
import type { DiskRead } from './disk-reader.ts'
import { toDownload } from './origin-access.ts'
import type { WorkerContext } from './worker-context.ts'

/** What was found out about an unknown disk. */
export type Discovered =
  | {
      readonly kind: 'generation'
      readonly identity: GenerationIdentity
      readonly record: GenerationRecord
    }
  | { readonly kind: 'bypass'; readonly identity: GenerationIdentity; readonly reason: string }

/** Thrown at a response that may not be stored, to cancel its body. */
class NotStorable extends Error {
  readonly identity: GenerationIdentity

  constructor(reason: string, identity: GenerationIdentity) {
    super(reason)
    this.identity = identity
  }
}

interface Ports {
  readonly context: WorkerContext
  readonly read: DiskRead
  readonly generations: DiskGenerations
}

const nothing: ByteRange = { start: 0, end: 0 }

const reasons: Record<StoreObstacle, string> = {
  'no-validator':
    'the origin sends neither ETag nor Last-Modified; "assume-immutable" stores it all the same',
  'no-store': 'the origin says Cache-Control: no-store; "private" stores it all the same',
  private: 'the origin says Cache-Control: private; "private" stores it all the same',
}

/**
 * Finds out size and validator of an unknown disk by fetching the chunk that is wanted first: no extra
 * round trip. Resolves with the response's headers; the rest of the chunk comes in afterwards.
 */
export async function discoverGeneration(ports: Ports): Promise<Discovered> {
  const { chunkSize } = ports.context.options
  const index = Math.floor(ports.read.offset / chunkSize)
  try {
    return await discoverAt(index, ports)
  } catch (error) {
    const size =
      isDiskCacheError(error) && error.details.status === 416 && error.details['sizeBytes']
    if (typeof size !== 'number') throw error
    // The wanted bytes lie beyond the end. What is there tells of the disk all the same.
    return discoverAt(size === 0 ? undefined : 0, ports)
  }
}

/** @param index - the chunk to ask for; `undefined` asks for the (empty) whole. */
function discoverAt(index: number | undefined, ports: Ports): Promise<Discovered> {
  const { context, read, generations } = ports
  const { chunkSize } = context.options
  const start = (index ?? 0) * chunkSize
  const range = { start, end: index === undefined ? start : start + chunkSize }
  return new Promise((resolve, reject) => {
    let receiver: ChunkReceiver | undefined
    const download = downloadRange(toDownload(context, read.access, { range }), {
      async begin(response) {
        if (receiver === undefined) {
          const record = await register(response, ports)
          const fetcher = generations.fetcherOf(record)
          await fetcher.generation.loadPages(chunksInside(fetcher.generation.grid, range))
          receiver = fetcher.adopt(response.status === 206 ? response.range : nothing)
          await receiver.begin(response)
          resolve({ kind: 'generation', identity: response.identity, record })
        } else {
          await receiver.begin(response)
        }
      },
      write: (offset, bytes) => receiver?.write(offset, bytes),
      end: () => receiver?.end(),
    })
    const ended = download.then(
      () => receiver?.settle(undefined),
      async (error: unknown) => {
        if (error instanceof NotStorable) {
          resolve({ kind: 'bypass', identity: error.identity, reason: error.message })
        } else {
          reject(error as Error)
        }
        await receiver?.settle(isDiskCacheError(error) ? error : undefined)
      },
    )
    void read.access.lifetime.keep(ended)
  })
}

async function register(
  { identity, headers }: Omit<OriginResponse, 'body'>,
  { context: { options, store, log }, generations, read }: Ports,
): Promise<GenerationRecord> {
  const obstacle = findStoreObstacle(
    { validator: identity.validator, cacheControl: headers['cache-control'] },
    options,
  )
  if (obstacle !== undefined) throw new NotStorable(reasons[obstacle], identity)
  try {
    const backend = await store.backendFor(options.store)
    return await generations.ensure({ identity, headers, chunkSize: options.chunkSize, backend })
  } catch (error) {
    if (!isDiskCacheError(error)) throw error
    log.emit({ type: 'problem', code: error.code, message: error.message, url: read.access.url })
    throw new NotStorable(error.message, identity)
  }
}
