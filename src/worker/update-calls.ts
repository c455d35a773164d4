import type { WorkerApi } from '../protocol/worker-api.ts'
import { describeGeneration } from './disk-status.ts'
import type { DiskReader } from './disk-reader.ts'
import { fetchBeside, manifestFile } from './fetch-beside.ts'
import type { OriginAccess } from './origin-access.ts'
import type { WorkerContext } from './worker-context.ts'

/** What {@link createUpdateCalls} needs. */
export interface UpdatePorts {
  readonly context: WorkerContext
  /** @throws {DiskCacheError} `no-such-disk` */
  readonly readerFor: (url: string) => DiskReader
  /** How the page's calls ask an origin. */
  readonly accessTo: (url: string) => OriginAccess
}

/** The calls by which a page looks for a new version of a disk, and takes it into use. */
export function createUpdateCalls({
  context,
  readerFor,
  accessTo,
}: UpdatePorts): Pick<WorkerApi, 'update' | 'activate' | 'manifest'> {
  return {
    async update(url) {
      const { record, isSame } = await readerFor(url).update(accessTo(url))
      const { store } = context
      const pins = (await store.pins.list()).get(record.url) ?? []
      return { isSame, generation: (await describeGeneration(record, { store, pins })).status }
    },
    activate: (url) => readerFor(url).activate(),
    async manifest(url) {
      readerFor(url)
      return fetchBeside(url, manifestFile, context.options.timeout)
    },
  }
}
