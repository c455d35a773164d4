import type { ArchiveCalls } from '../protocol/archive.ts'
import { loadScript } from './lazy-scripts.ts'
import type { LazyScripts } from './lazy-scripts.ts'
import type { WorkerLink } from './worker-link.ts'

/** Makes the calls of a disk that write and read archives, in this page: not all browsers can hand streams to a worker. */
export function createArchiveCalls(
  api: WorkerLink['api'],
  { url, load }: { url: string; load: LazyScripts },
): ArchiveCalls {
  const script = (): ReturnType<LazyScripts['archive']> => loadScript('archive', load.archive)
  return {
    export() {
      const { readable, writable } = new TransformStream<
        Uint8Array<ArrayBuffer>,
        Uint8Array<ArrayBuffer>
      >()
      script()
        .then(({ exportDisk }) => exportDisk(api, url).pipeTo(writable))
        .catch((error: unknown) => writable.abort(error))
        // Closed or failed already: its reader has gone, or the archive itself failed.
        .catch(() => undefined)
      return readable
    },
    import: async (archive, options = {}) =>
      (await script()).importDisk(api, url, { archive, ...options }),
  }
}
