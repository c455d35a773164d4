import type { Handler } from '../support/site.ts'

/** Bytes of a held file: all the same, but for the last, which only a whole one has. */
const heldBytes = 3 * 2 ** 20

/** A file of the site that stands still, from {@link HeldFile.reach} until it is released. At other times it comes at once. */
export interface HeldFile {
  readonly path: string
  readonly handler: Handler
  /** What comes of reading it whole. */
  readonly whole: { readonly length: number; readonly last: number }
  /** Resolves when the next answer has got to where it stands still. */
  reach(): Promise<void>
  /**
   * Lets all that stand still go on, and whatever is asked for from now on come at once: a browser asks a new worker for
   * what the stopped one had not begun to answer, before or after this.
   */
  release(): void
}

/**
 * Makes a {@link HeldFile}. Its length is told.
 *
 * @param before - what does not come until it is released. @default 'second half'
 */
export function createHeldFile(
  path: string,
  before: 'headers' | 'second half' = 'second half',
): HeldFile {
  const body = Buffer.alloc(heldBytes, 1)
  body[heldBytes - 1] = 2
  /** Bytes that come before it stands still. */
  const heldAt = before === 'headers' ? 0 : heldBytes / 2
  let waiting: (() => void)[] | undefined
  let onReached: () => void = () => undefined
  return {
    path,
    whole: { length: heldBytes, last: 2 },
    handler({ url = '' }, response, next) {
      if (new URL(url, 'http://localhost').pathname !== path) {
        next()
        return
      }
      response.setHeader('Content-Type', 'application/octet-stream')
      response.setHeader('Content-Length', heldBytes)
      if (waiting === undefined) {
        response.end(body)
        return
      }
      waiting.push(() => response.end(body.subarray(heldAt)))
      if (heldAt === 0) onReached()
      else response.write(body.subarray(0, heldAt), () => onReached())
    },
    reach: () =>
      new Promise((resolve) => {
        waiting ??= []
        onReached = resolve
      }),
    release() {
      for (const go of waiting ?? []) go()
      waiting = undefined
    },
  }
}
