import type { DiskCache } from '../protocol/api.ts'
import type { ImportReport } from '../protocol/archive.ts'
import type { ImportCommand } from './panel-command.ts'
import type { PanelProgress, PanelRunOptions } from './panel-source.ts'

/**
 * Makes an archive of a disk. A Blob goes where a stream cannot, and the browser keeps a large one on its own disk.
 *
 * @throws {DiskCacheError} see `Disk.export()`.
 */
export async function exportArchive(
  cache: DiskCache,
  url: string,
  { signal, onProgress }: PanelRunOptions = {},
): Promise<Blob> {
  const parts: Blob[] = []
  const write = (part: Uint8Array<ArrayBuffer>): void => void parts.push(new Blob([part]))
  await cache
    .disk(url)
    .export({ ...(signal && { signal }), onProgress: hearChecked(onProgress) })
    .pipeTo(new WritableStream({ write }))
  return new Blob(parts, { type: 'application/x-tar' })
}

/** Translates the progress of what compares chunks with their checksums. */
export function hearChecked(
  onProgress: PanelRunOptions['onProgress'],
): (progress: Omit<PanelProgress, 'doneBytes'> & { readonly checkedBytes: number }) => void {
  return ({ checkedBytes: doneBytes, ...rest }) => onProgress?.({ ...rest, doneBytes })
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
    onProgress: ({ archiveBytes: doneBytes, bytesPerSecond }) =>
      onProgress?.({ doneBytes, totalBytes, bytesPerSecond }),
  })
}
