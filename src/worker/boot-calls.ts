import type { WorkerApi } from '../protocol/worker-api.ts'
import { bootFile, fetchBeside } from './fetch-beside.ts'
import { assertRanges } from './request-errors.ts'
import type { UpdatePorts } from './update-calls.ts'

/** The calls by which a page tells what it reads past the worker, and learns what lies beside a disk. */
export function createBootCalls(
  { context, readerFor, accessTo }: UpdatePorts,
  clientId: string,
): Pick<WorkerApi, 'bootFile' | 'noteReads'> {
  return {
    async bootFile(url) {
      readerFor(url)
      return fetchBeside(url, bootFile, context.options.timeout)
    },
    async noteReads(url, reads) {
      assertRanges(reads)
      const reader = readerFor(url)
      if (reads.length === 0) return context.bootNotes.flush()
      const fetcher = await reader.readBy(clientId)
      if (fetcher === undefined) return
      const access = accessTo(url)
      const { generation, readAhead } = fetcher
      for (const read of reads) {
        context.bootNotes.note(generation.record, clientId, read)
        const ahead = readAhead.foresee(clientId, read)
        if (ahead !== undefined) readAhead.fetch(ahead, access)
      }
    },
  }
}
