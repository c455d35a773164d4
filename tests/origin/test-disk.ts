import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { DiskSource } from '../../src/demo/server/disk-source.ts'

/** Bytes of which each 4-byte word tells its place, other ones for each seed. */
export function makeDiskBytes(length: number, seed = 0): Uint8Array<ArrayBuffer> {
  const words = Uint32Array.from(
    { length: Math.ceil(length / 4) },
    (_, at) => at * 2_654_435_761 + seed,
  )
  return new Uint8Array(words.buffer, 0, length)
}

/** A disk of these bytes. */
export function makeDisk(
  bytes: Uint8Array<ArrayBuffer>,
  change: Partial<DiskSource> = {},
): DiskSource {
  return {
    size: bytes.byteLength,
    etag: '"one"',
    lastModified: new Date('2026-01-02T03:04:05Z'),
    read: (start, end) => bytes.subarray(start, end),
    ...change,
  }
}

/** Where `actual` is not as expected; `undefined` if it is. To be used for bytes by the thousand. */
export function differenceOf(actual: Uint8Array, expected: Uint8Array): string | undefined {
  const at = actual.findIndex((byte, index) => byte !== expected[index])
  if (at >= 0) return `byte ${at} is ${actual[at]}, but should be ${expected[at]}`
  if (actual.byteLength === expected.byteLength) return undefined
  return `there are ${actual.byteLength} bytes, but should be ${expected.byteLength}`
}

/** A server that does as it is told. */
export interface ServedHandler {
  readonly url: string
  close(): Promise<void>
}

/** Serves with `handler` on a free port of this machine. */
export async function serveHandler(handler: RequestListener): Promise<ServedHandler> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/disk.img`,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
