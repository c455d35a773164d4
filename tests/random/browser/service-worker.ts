/** This goes before the drop-in worker, in the same file: see `browser-code.ts`. */

/** Tells the test's origin what nobody caught. Requests of a worker do not go through the worker. */
function tell(what: string): void {
  void fetch(`/disks/uncaught?${encodeURIComponent(what)}`)
}

addEventListener('error', ({ message }) => tell(message))
addEventListener('unhandledrejection', ({ reason }: PromiseRejectionEvent) =>
  tell(`unhandled rejection: ${reason instanceof Error ? reason.stack : String(reason)}`),
)

/** Names this life of the worker. */
const life = crypto.randomUUID()

const { fetch: send } = globalThis

/** Tells the origin which worker asks: Chromium may leave one alive that it has stopped, beside its successor. */
globalThis.fetch = (input, init) => {
  const request = new Request(input, init)
  request.headers.set('x-worker-life', life)
  return send(request)
}
