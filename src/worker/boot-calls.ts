import type { WorkerApi } from '../protocol/worker-api.ts'
import { bootFile, fetchBeside } from './fetch-beside.ts'
import { assertRanges } from './request-errors.ts'
import type { UpdatePorts } from './update-calls.ts'

/** The calls by which a page records boots, and learns what lies beside a disk. */
export function createBootCalls(
  { context, readerFor }: Omit<UpdatePorts, 'accessTo'>,
  clientId: string,
): Pick<WorkerApi, 'bootFile' | 'noteReads'> {
  return {
    async bootFile(url) {
      readerFor(url)
      return fetchBeside(url, bootFile, context.options.timeout)
    },
    async noteReads(url, reads) {
      assertRanges(reads)
      const { active } = await readerFor(url).generations.known()
      if (active !== undefined) {
        for (const read of reads) context.bootNotes.note(active, clientId, read)
      }
      await context.bootNotes.flush()
    },
  }
}
