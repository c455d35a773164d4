/**
 * Frees the memory of bytes that nobody needs any more: their buffer is empty from now on, for whoever has it still. Without it
 * they wait for a collection, and V8 lets 64 MiB of buffers pile up before it collects (`docs/performance.md`).
 *
 * @param bytes - freed already, they are left as they are.
 */
export function freeBytes({ buffer }: Uint8Array<ArrayBuffer>): void {
  // A detached buffer throws.
  if (buffer.byteLength > 0) buffer.transfer(0)
}
