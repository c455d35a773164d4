import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import {
  createDiskOrigin,
  type DiskOrigin,
  type DiskOriginOptions,
} from '../../src/demo/server/ranged-origin.ts'

/** An origin that listens on a free port of this machine. */
export interface ServedOrigin {
  readonly origin: DiskOrigin
  /** Such as `http://127.0.0.1:40000`. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** Serves disks over HTTP. */
export async function serveOrigin(options: Partial<DiskOriginOptions> = {}): Promise<ServedOrigin> {
  const origin = createDiskOrigin({ folder: 'no-such-folder', ...options })
  const server = createServer((request, response) =>
    origin.middleware(request, response, () => response.writeHead(404).end('passed on')),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { origin, port, url: `http://127.0.0.1:${port}`, close: () => close(server) }
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
