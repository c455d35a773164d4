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
    // What the caller passes may be used for something else by the time it is sent.
    const request = new Request(input, init)
    if (isHeld(request.url)) await Promise.race([released, abortion(request.signal)])
    return native(request)
  }
  globalThis.fetch = held
  return () => {
    // Somebody else may have wrapped it meanwhile: that is theirs to keep.
    if (globalThis.fetch === held) globalThis.fetch = native
  }
}

function abortion(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function holdRequests(isHeld: IsHeld, released: Promise<void>): () => void {
  const prototype = XMLHttpRequest.prototype
  // oxlint-disable-next-line typescript/unbound-method -- they are called with the request as `this`
  const { open, send, abort } = prototype
  /** Requests of disks, and whether `send()` was called: those wait. */
  const opened = new WeakMap<XMLHttpRequest, 'opened' | 'waiting'>()

  function heldOpen(this: XMLHttpRequest, ...args: Parameters<typeof open>): void {
    const [, url, isAsync] = args
    opened.delete(this)
    if (
      (args.length < 3 || isAsync) &&
      URL.canParse(String(url), document.baseURI) &&
      isHeld(String(url))
    ) {
      opened.set(this, 'opened')
    }
    open.apply(this, args)
  }

  function heldSend(this: XMLHttpRequest, body?: Parameters<typeof send>[0]): void {
    const state = opened.get(this)
    if (state === 'waiting') {
      throw new DOMException('The request has been sent already.', 'InvalidStateError')
    }
    if (state === undefined || this.readyState !== XMLHttpRequest.OPENED) {
      send.call(this, body)
      return
    }
    opened.set(this, 'waiting')
    void released.then(() => {
      if (opened.get(this) === 'waiting') send.call(this, body)
      opened.delete(this)
    })
  }

  function heldAbort(this: XMLHttpRequest): void {
    const wasWaiting = opened.get(this) === 'waiting'
    opened.delete(this)
    abort.call(this)
    // The browser knows nothing of a request that has not been sent, and tells nobody.
    if (wasWaiting)
      for (const type of ['abort', 'loadend']) this.dispatchEvent(new ProgressEvent(type))
  }

  prototype.open = heldOpen as typeof open
  prototype.send = heldSend
  prototype.abort = heldAbort
  return () => {
    if (prototype.open === heldOpen) prototype.open = open
    if (prototype.send === heldSend) prototype.send = send
    if (prototype.abort === heldAbort) prototype.abort = abort
  }
}
