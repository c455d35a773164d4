import type { ArchiveCalls } from '../protocol/archive.ts'
import { unlessAborted } from './aborted.ts'
import { loadScript } from './lazy-scripts.ts'
import type { LazyScripts } from './lazy-scripts.ts'
import type { WorkerLink } from './worker-link.ts'

/** Makes the calls of a disk that write and read archives, in this page: not all browsers can hand streams to a worker. */
export function createArchiveCalls(
  api: WorkerLink['api'],
  { url, load }: { url: string; load: LazyScripts },
): ArchiveCalls {
  return {
    export({ signal, ...options } = {}) {
      const { readable, writable } = createPipe()
      const stopping = new AbortController()
      const work = loadScript('archive', load.archive).then(({ exportDisk }) =>
        exportDisk(api, url, options).pipeTo(writable),
      )
      unlessAborted(work, { signal, what: `The export of ${url}` }).catch((error: unknown) =>
        stopping.abort(error),
      )
      // Its reader hears at once of what goes wrong, whatever is waited for.
      return readable.pipeThrough(createPipe(), stopping)
    },
    import: createImport(api, { url, load }),
  }
}

function createPipe(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return new TransformStream()
}

/** Makes the call that reads archives. @param url - of the disk; `undefined` for whichever one the archive is of. */
export function createImport(
  api: WorkerLink['api'],
  { url, load }: { url: string | undefined; load: LazyScripts },
): ArchiveCalls['import'] {
  return async (archive, options = {}) => {
    const { signal } = options
    const script = loadScript('archive', load.archive)
    const { importDisk } = await unlessAborted(script, { signal, what: 'The import' }).catch(
      async (error: unknown) => {
        // Nobody will read it any more: what sends it need not go on.
        await archive.cancel(error).catch(() => undefined)
        throw error
      },
    )
    return importDisk(api, url, { archive, ...options })
  }
}
