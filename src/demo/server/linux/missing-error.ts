/** Exit code when something that the build needs cannot be had on this machine. */
export const MISSING_EXIT_CODE = 3

/** Something that the build needs is not there; the message names it and says how to get it. */
export class MissingError extends Error {
  override readonly name = 'MissingError'
}
