import type { ImportReport } from '../core/import-report.ts'
import type { ArchiveCalls, ImportOptions } from '../protocol/archive.ts'
import { loadScript } from './lazy-scripts.ts'
import type { LazyScripts } from './lazy-scripts.ts'
import type { WorkerLink } from './worker-link.ts'

/** Makes the calls of a disk that write and read archives, in this page: not all browsers can hand streams to a worker. */
export function createArchiveCalls(
  api: WorkerLink['api'],
  { url, load }: { url: string; load: LazyScripts },
): ArchiveCalls {
  /** The worker knows the key, and whether this is a disk at all. */
  const prepare = (): Promise<
    [Awaited<ReturnType<typeof api.status>>, Awaited<ReturnType<LazyScripts['archive']>>]
  > => Promise.all([api.status(url), loadScript('archive', load.archive)])

  async function writeTo(writable: WritableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    try {
      const [{ url: key }, { exportDisk }] = await prepare()
      await exportDisk(key).pipeTo(writable)
    } catch (error) {
      // Closed or failed already, if the reader has gone or the archive itself failed.
      await writable.abort(error).catch(() => undefined)
    }
  }

  async function importFrom(
    archive: ReadableStream<Uint8Array>,
    options: ImportOptions = {},
  ): Promise<ImportReport> {
    const [{ url: key }, { importDisk }] = await prepare()
    const { backend } = await api.storage()
    return importDisk(archive, {
      ...options,
      url: key,
      backend,
      refresh: () => api.refresh(url),
      async roomBytes() {
        const { budget, usage, disks } = await api.storage()
        const stored = disks.reduce((sum, { bytes }) => sum + bytes, 0)
        return budget - Math.max(usage, stored)
      },
    })
  }

  return {
    export() {
      const { readable, writable } = new TransformStream<
        Uint8Array<ArrayBuffer>,
        Uint8Array<ArrayBuffer>
      >()
      void writeTo(writable)
      return readable
    },
    import: importFrom,
  }
}
