import type { ByteRange } from '../core/byte-range.ts'
import { chooseChunkSize } from '../core/choose-chunk-size.ts'
import { chunksTouching } from '../core/chunk-grid.ts'
import { isDiskCacheError } from '../core/errors.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import { planRequests } from '../core/plan-requests.ts'
import { findStoreObstacle, storeObstacles } from '../core/storability.ts'
import { variesBy } from '../core/vary.ts'
import { badResponse } from '../origin/check-response.ts'
import type { OriginResponse } from '../origin/chunk-source.ts'
import { DiskChangedError } from '../origin/disk-changed-error.ts'
import { downloadRange } from '../origin/download-range.ts'
import type { DownloadSink } from '../origin/download-range.ts'
import { timedSink } from '../origin/timed-sink.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { ChunkReceiver } from './chunk-receiver.ts'
import type { DiskGenerations, KnownGenerations } from './disk-generations.ts'
import type { DiskRead } from './disk-reader.ts'
import { toDownload } from './origin-access.ts'
import type { WorkerContext } from './worker-context.ts'

/** What was found out about a disk. */
export type Discovered =
  | {
      readonly kind: 'generation'
      readonly identity: GenerationIdentity
      readonly record: GenerationRecord
    }
  | {
      readonly kind: 'bypass'
      readonly identity: GenerationIdentity
      readonly reason: string
      /** It depends on what this request says: others may get something that may be stored. */
      readonly isVariant: boolean
    }

/** What {@link discoverGeneration} needs. */
export interface DiscoveryPorts {
  readonly context: WorkerContext
  readonly generations: DiskGenerations
}

type ResponseHead = Omit<OriginResponse, 'body'>

/** Thrown at a response that may not be stored, to cancel its body. */
class NotStorable extends Error {
  readonly identity: GenerationIdentity
  readonly isVariant: boolean

  constructor(reason: string, identity: GenerationIdentity, isVariant = false) {
    super(reason)
    this.identity = identity
    this.isVariant = isVariant
  }
}

const nothing: ByteRange = { start: 0, end: 0 }

/**
 * Finds out size and validator of a disk by fetching the chunk that is wanted first: no extra round trip.
 * Resolves with the response's headers; the rest of the chunk comes in afterwards.
 *
 * @throws {DiskCacheError} whatever stands in the way; `origin-bad-response` too if the origin has answered
 * ranges before and does not now: that is rather a login page than a new version of the disk.
 */
export async function discoverGeneration(
  read: DiskRead,
  ports: DiscoveryPorts,
): Promise<Discovered> {
  const chunkSize = chunkSizeFor(read, ports)
  try {
    return await discoverAt(firstRequest(read.offset, chunkSize), read, ports)
  } catch (error) {
    const size =
      isDiskCacheError(error) && error.details.status === 416 && error.details['sizeBytes']
    if (typeof size !== 'number') throw error
    // The wanted bytes lie beyond the end. What is there tells of the disk all the same.
    return discoverAt(size === 0 ? nothing : { start: 0, end: chunkSize }, read, ports)
  }
}

function chunkSizeFor({ wantsAll = false }: DiskRead, { context }: DiscoveryPorts): number {
  return chooseChunkSize(context.options.chunkSize, wantsAll)
}

/** What is wanted first, and the rest of its chunk; a single byte if nothing is wanted. */
function firstRequest(offset: number | undefined, chunkSize: number): ByteRange {
  if (offset === undefined) return { start: 0, end: 1 }
  const start = Math.floor(offset / chunkSize) * chunkSize
  const chunk = { start, end: start + chunkSize }
  const reach = { runBytes: chunkSize, isForeseen: true, maxBytes: Infinity }
  return planRequests({ start: offset, end: offset + 1 }, [chunk], reach)[0] ?? chunk
}

function discoverAt(range: ByteRange, read: DiskRead, ports: DiscoveryPorts): Promise<Discovered> {
  const { promise, resolve, reject } = Promise.withResolvers<Discovered>()
  const { writes } = ports.generations
  let receiver: ChunkReceiver | undefined
  let found: GenerationRecord | undefined
  const sink: DownloadSink = {
    async begin(response) {
      if (receiver === undefined) {
        found = await register(response, { read, writes }, ports)
        // A single byte that is nobody's is no beginning of a chunk.
        const isPart = response.status === 206 && read.offset !== undefined
        receiver = await adopt(found, { range: isPart ? range : nothing, read }, ports)
        // Not before: others would fetch the same chunk.
        ports.generations.relist()
        await receiver.begin(response)
        resolve({ kind: 'generation', identity: found.identity, record: found })
      } else {
        await receiver.begin(response)
      }
    },
    write: (offset, bytes) => receiver?.write(offset, bytes),
    end: () => receiver?.end(),
    isSatisfied: () => receiver?.isSatisfied?.() === true,
  }
  const { context } = ports
  const timed = timedSink(sink, context.linkTo(read.access.url), () => context.gate.underWay)
  const download = downloadRange(toDownload(context, read.access, { range }), timed)
  const ended = download.then(
    () => receiver?.settle(undefined),
    async (error: unknown) => {
      if (error instanceof NotStorable) {
        const { identity, message: reason, isVariant } = error
        resolve({ kind: 'bypass', identity, reason, isVariant })
      } else {
        reject(error as Error)
      }
      await receiver?.settle(isDiskCacheError(error) ? error : undefined)
      // It was replaced before any of it was stored: new sessions must not begin with it.
      if (error instanceof DiskChangedError && found !== undefined) {
        await ports.generations.drop(found, 'empty')
      }
    },
  )
  void read.access.lifetime.keep(ended)
  return promise
}

/** @param range - what the download brings in the end, be its first answer shorter or not. */
async function adopt(
  record: GenerationRecord,
  { range, read }: { range: ByteRange; read: DiskRead },
  { generations }: DiscoveryPorts,
): Promise<ChunkReceiver> {
  const fetcher = generations.fetcherOf(record)
  const chunks = chunksTouching(fetcher.generation.grid, range)
  await fetcher.generation.loadPages(chunks)?.catch(() => undefined)
  return fetcher.adopt(range, read.access)
}

async function register(
  { identity, headers, status }: ResponseHead,
  { read, writes }: { read: DiskRead; writes: number },
  ports: DiscoveryPorts,
): Promise<GenerationRecord> {
  const {
    context: { options, store, log },
    generations,
  } = ports
  const { url } = read.access
  try {
    assertBelievable({ identity, status }, url, await generations.known())
    if (variesBy(headers['vary'], read.access.fields)) {
      throw new NotStorable('the origin varies it by what the request says', identity, true)
    }
    const obstacle = findStoreObstacle(identity, headers, options)
    if (obstacle !== undefined) throw new NotStorable(storeObstacles[obstacle], identity)
    const backend = await store.backendFor(options.store)
    return await generations.ensure({
      identity,
      headers,
      chunkSize: chunkSizeFor(read, ports),
      backend,
      acceptsRanges: status === 206,
      writes,
    })
  } catch (error) {
    if (!isDiskCacheError(error) || error.code === 'origin-bad-response') throw error
    log.emit({ type: 'problem', code: error.code, message: error.message, url })
    throw new NotStorable(error.message, identity)
  }
}

/**
 * A login page, a proxy's error or an edge server that drops fields must not take the place of a stored disk.
 *
 * @throws {DiskCacheError} `origin-bad-response` if the origin did better before.
 */
function assertBelievable(
  { identity, status }: Pick<ResponseHead, 'identity' | 'status'>,
  url: string,
  { active, waiting }: KnownGenerations,
): void {
  const known = [active, waiting].filter((record) => record !== undefined)
  const range = { start: 0, end: identity.sizeBytes }
  if (status === 200 && known.some(({ acceptsRanges }) => acceptsRanges)) {
    throw badResponse({ url, range }, 'answered ranges before, but now sends a whole file')
  }
  const hadValidator = known.some((record) => record.identity.validator.kind !== 'none')
  if (identity.validator.kind === 'none' && hadValidator) {
    throw badResponse({ url, range }, 'sent an ETag or a date before, but now neither')
  }
}
