/**
 * Takes a Web Lock that is freed only by the death of this worker: who waits for it learns of that within
 * milliseconds, in every engine.
 *
 * @returns the lock's name, once it is held.
 */
export function holdLifeLock(worker: string): Promise<string> {
  const name = `sectorcache-worker ${worker}`
  const held = new Promise<string>((resolve, reject) => {
    const forever = navigator.locks.request(name, () => {
      resolve(name)
      return new Promise<never>(() => undefined)
    })
    forever.catch(reject)
  })
  // Until a page calls, nobody listens.
  held.catch(() => undefined)
  return held
}
