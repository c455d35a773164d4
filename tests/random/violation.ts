/** The cache has broken a promise. The message says which. */
export class Violation extends Error {
  override readonly name = 'Violation'
}
