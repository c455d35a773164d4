/** Tells the other workers of this site that a disk's generations or chunks were given up. */
export interface CatalogChanges {
  /** Call after the change is committed. The sender itself does not hear it. */
  announce(url: string): void
  close(): void
}

/**
 * Joins the announcements of all workers of this site.
 *
 * @param onForeignChange - another worker gave up something of this disk: forget what is remembered.
 */
export function joinCatalogChanges(onForeignChange: (url: string) => void): CatalogChanges {
  const channel = new BroadcastChannel('sectorcache-catalog')
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'string') onForeignChange(data)
  })
  return {
    announce: (url) => channel.postMessage(url),
    close: () => channel.close(),
  }
}
