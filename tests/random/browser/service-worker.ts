/** This goes before the drop-in worker, in the same file: see `browser-code.ts`. */

/** Tells the test's origin what nobody caught. Requests of a worker do not go through the worker. */
function tell(what: string): void {
  void fetch(`/disks/uncaught?${encodeURIComponent(what)}`)
}

addEventListener('error', ({ message }) => tell(message))
addEventListener('unhandledrejection', ({ reason }: PromiseRejectionEvent) =>
  tell(`unhandled rejection: ${reason instanceof Error ? reason.stack : String(reason)}`),
)
