import { createHash } from 'node:crypto'

/** SHA-256 in hex: what `digestOf()` of a client's page says of the same bytes. */
export function sha256Of(bytes: NodeJS.ArrayBufferView): string {
  return createHash('sha256').update(bytes).digest('hex')
}
