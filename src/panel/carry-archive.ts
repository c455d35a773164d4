import { DiskCacheError } from '../core/errors.ts'
import type { DiskCache } from '../protocol/api.ts'
import type { ImportReport } from '../protocol/archive.ts'
import type { ImportCommand } from './panel-command.ts'
import type { PanelRunOptions } from './panel-source.ts'

/**
 * Makes an archive of a disk. A Blob goes where a stream cannot, and the browser keeps a large one on its own disk.
 *
 * @throws {DiskCacheError} see `Disk.export()`; `aborted`.
 */
export async function exportArchive(
  cache: DiskCache,
  url: string,
  { signal, onProgress }: PanelRunOptions,
): Promise<Blob> {
  const disk = cache.disk(url)
  const { storedBytes: totalBytes } = await disk.status()
  const beganAt = performance.now()
  const reader = disk.export().getReader()
  const parts: Blob[] = []
  let doneBytes = 0
  try {
    for (;;) {
      if (signal?.aborted) throw new DiskCacheError('aborted', `The export of ${url} was stopped.`)
      const { done, value } = await reader.read()
      if (done) return new Blob(parts, { type: 'application/x-tar' })
      parts.push(new Blob([value]))
      doneBytes += value.byteLength
      const bytesPerSecond = (doneBytes / (performance.now() - beganAt)) * 1000
      onProgress?.({ doneBytes, totalBytes, bytesPerSecond })
    }
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

/**
 * Stores what an archive has.
 *
 * @throws {DiskCacheError} see `Disk.import()`.
 */
export function importArchive(
  cache: DiskCache,
  { url, archive, archivedUrl }: ImportCommand,
  { signal, onProgress }: PanelRunOptions,
): Promise<ImportReport> {
  const totalBytes = archive.size
  const target = url === undefined ? cache : cache.disk(url)
  return target.import(archive.stream(), {
    fromAnyUrl: archivedUrl !== undefined,
    ...(signal && { signal }),
    // What is all zero takes no room in the archive.
    onProgress: ({ readBytes, bytesPerSecond }) =>
      onProgress?.({ doneBytes: Math.min(readBytes, totalBytes), totalBytes, bytesPerSecond }),
  })
}
