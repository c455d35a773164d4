/*
 * What every browser that can run sectorcache has, but Node 20 has not.
 */
Promise.withResolvers ??= function withResolvers<Value>(): PromiseWithResolvers<Value> {
  const made = {} as PromiseWithResolvers<Value>
  made.promise = new Promise<Value>((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}
globalThis.reportError ??= (error) => {
  queueMicrotask(() => {
    throw error
  })
}
if (!('transfer' in ArrayBuffer.prototype)) {
  Object.assign(ArrayBuffer.prototype, {
    transfer(this: ArrayBuffer, newLength = this.byteLength) {
      const moved = structuredClone(this, { transfer: [this] })
      const made = new Uint8Array(newLength)
      made.set(new Uint8Array(moved).subarray(0, newLength))
      return made.buffer
    },
  })
}
