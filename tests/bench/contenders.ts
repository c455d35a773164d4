/**
 * Who is measured. `none` and `whole` have no worker: their disks lie in the browser's HTTP cache, fetched range by
 * range as an emulator does, though in requests of 1 MiB, or by one GET. `idb` and `opfs` are sectorcache with that store.
 */
export type Contender = 'none' | 'whole' | 'floor' | 'workbox' | 'idb' | 'opfs'

/** What a contender's pages have in their head, so that their requests go through its worker. */
export function headOf(contender: Contender, attributes = ''): string {
  switch (contender) {
    case 'none':
    case 'whole':
      return '<script>globalThis.benchReady = Promise.resolve()</script>'
    case 'floor':
    case 'workbox':
      return `<script>globalThis.benchReady = benchClient.registered('/${contender}.js')</script>`
    case 'idb':
    case 'opfs':
      return (
        `<script src="/sectorcache.js" data-disks="/disks/*" data-store="${contender}" ${attributes}></script>` +
        '<script>globalThis.benchReady = sectorcache.ready</script>'
      )
  }
}

/** The names that `benchClient.fill()` knows. */
export function fillerOf(contender: Contender): string {
  return contender === 'idb' || contender === 'opfs' ? 'sectorcache' : contender
}

/** How the report names a contender. */
export const contenderNames: Readonly<Record<Contender, string>> = {
  none: 'no worker, HTTP cache filled by ranges',
  whole: 'no worker, HTTP cache filled by one GET',
  floor: 'floor: a worker with a constant',
  workbox: 'Workbox CacheFirst + range requests',
  idb: 'sectorcache on IndexedDB',
  opfs: 'sectorcache on OPFS',
}
