/** Which requests are held, and until when. */
export interface Hold {
  readonly isDisk: (url: URL) => boolean
  /** Settles when the worker has taken over, or it is clear that it will not. */
  readonly until: Promise<unknown>
}

/** No request is held longer, whatever happens. */
const maxHoldMs = 5_000

/**
 * Holds this page's `fetch()` and asynchronous XHR of disks until the worker has taken over. Without it, the
 * first reads of a first visit race with the worker's installation: those that win are not stored, and the page
 * would not boot offline after one visit (docs/decisions/0003-hold-early-reads.md).
 *
 * Does nothing on a page that a worker controls already: on every visit but the first. Afterwards both functions
 * are the browser's own again.
 */
export function holdEarlyReads({ isDisk, until }: Hold): void {
  if (navigator.serviceWorker.controller !== null) return
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  setTimeout(release, maxHoldMs)
  until.then(
    () => release(),
    () => release(),
  )
  const isHeld = (url: string): boolean => isDisk(new URL(url, document.baseURI))
  const restorers = [holdFetch(isHeld, released), holdRequests(isHeld, released)]
  void released.then(() => restorers.forEach((restore) => restore()))
}

type IsHeld = (url: string) => boolean

function holdFetch(isHeld: IsHeld, released: Promise<void>): () => void {
  const native = globalThis.fetch
  const held: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    if (URL.canParse(url, document.baseURI) && isHeld(url)) await released
    return native(input, init)
  }
  globalThis.fetch = held
  return () => {
    // Somebody else may have wrapped it meanwhile: that is theirs to keep.
    if (globalThis.fetch === held) globalThis.fetch = native
  }
}

function holdRequests(isHeld: IsHeld, released: Promise<void>): () => void {
  const prototype = XMLHttpRequest.prototype
  // oxlint-disable-next-line typescript/unbound-method -- they are called with the request as `this`
  const { open, send } = prototype
  const waiting = new WeakSet<XMLHttpRequest>()

  function heldOpen(this: XMLHttpRequest, ...args: Parameters<typeof open>): void {
    const [, url, isAsync = true] = args
    waiting.delete(this)
    if (isAsync && URL.canParse(String(url), document.baseURI) && isHeld(String(url)))
      waiting.add(this)
    open.apply(this, args)
  }

  function heldSend(this: XMLHttpRequest, body?: Parameters<typeof send>[0]): void {
    if (!waiting.has(this)) {
      send.call(this, body)
      return
    }
    void released.then(() => {
      // It may have been aborted or opened for something else meanwhile.
      if (waiting.has(this) && this.readyState === XMLHttpRequest.OPENED) send.call(this, body)
    })
  }

  prototype.open = heldOpen as typeof open
  prototype.send = heldSend
  return () => {
    if (prototype.open === heldOpen) prototype.open = open
    if (prototype.send === heldSend) prototype.send = send
  }
}
