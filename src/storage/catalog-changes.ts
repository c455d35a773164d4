/** Tells the other workers of this site that a disk's generations or chunks were given up. */
export interface CatalogChanges {
  /** Call after the change is committed. The sender itself does not hear it. */
  announce(url: string): void
  /** The same, when a client has written to the disk: what is being found out about it may be older. */
  announceWrite(url: string): void
  close(): void
}

/**
 * Joins the announcements of all workers of this site.
 *
 * @param onForeignChange - another worker gave up something of this disk: forget what is remembered.
 */
export function joinCatalogChanges(
  onForeignChange: (url: string, isWrite: boolean) => void,
): CatalogChanges {
  const channel = new BroadcastChannel('sectorcache-catalog')
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'string') onForeignChange(data, false)
    else if (isWrite(data)) onForeignChange(data.written, true)
  })
  return {
    announce: (url) => channel.postMessage(url),
    announceWrite(url) {
      // Older workers understand the first of them alone.
      channel.postMessage(url)
      channel.postMessage({ written: url })
    },
    close: () => channel.close(),
  }
}

function isWrite(data: unknown): data is { written: string } {
  return typeof data === 'object' && data !== null && 'written' in data
}
