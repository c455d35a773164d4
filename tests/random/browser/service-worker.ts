/** Of a service worker; the types of tests are those of pages. */
declare const importScripts: (url: string) => void

/** Tells the test's origin what nobody caught. Requests of a worker do not go through the worker. */
function tell(what: string): void {
  void fetch(`/disks/uncaught?${encodeURIComponent(what)}`)
}

addEventListener('error', ({ message }) => tell(message))
addEventListener('unhandledrejection', ({ reason }: PromiseRejectionEvent) =>
  tell(`unhandled rejection: ${reason instanceof Error ? reason.stack : String(reason)}`),
)

importScripts(`/sectorcache-sw.js${location.search}`)
