import type { Handler } from '../support/site.ts'

/** Bytes of a held file: all the same, but for the last, which only a whole one has. */
const heldBytes = 3 * 2 ** 20

/** A file of the site that stands still in its middle, until it is released. */
export interface HeldFile {
  readonly path: string
  readonly handler: Handler
  /** What comes of reading it whole. */
  readonly whole: { readonly length: number; readonly last: number }
  /** Resolves when the next answer has got as far as its middle. */
  reach(): Promise<void>
  /** Lets all that stand still go on. */
  release(): void
}

/** Makes a {@link HeldFile}. Its length is told. */
export function createHeldFile(path: string): HeldFile {
  const body = Buffer.alloc(heldBytes, 1)
  body[heldBytes - 1] = 2
  let waiting: (() => void)[] = []
  let onReached: () => void = () => undefined
  return {
    path,
    whole: { length: heldBytes, last: 2 },
    handler({ url = '' }, response, next) {
      if (new URL(url, 'http://localhost').pathname !== path) {
        next()
        return
      }
      response.writeHead(200, {
        'Content-Type': 'application/octet-stream',
        'Content-Length': heldBytes,
      })
      response.write(body.subarray(0, heldBytes / 2), () => onReached())
      waiting.push(() => response.end(body.subarray(heldBytes / 2)))
    },
    reach: () =>
      new Promise((resolve) => {
        onReached = resolve
      }),
    release() {
      for (const go of waiting) go()
      waiting = []
    },
  }
}
