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
