import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import sirv from 'sirv'
import { minibios } from '../../src/demo/guests/minibios.ts'
import { createDiskOrigin } from '../../src/demo/server/ranged-origin.ts'
import type { DiskOrigin, DiskOriginOptions } from '../../src/demo/server/ranged-origin.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What a test site serves besides `/disks/*`. */
export interface SiteOptions extends Partial<DiskOriginOptions> {
  /** `demo`: the built demo. `pages`: those of `tests/e2e/pages`, with `dist/` and v86 beside them. */
  readonly content: 'demo' | 'pages'
  /** Further folders of the project by URL prefix, such as `{ '/deep/': 'dist' }`. */
  readonly mounts?: Readonly<Record<string, string>>
  /** HTML by path, such as `/page.html`. */
  readonly pages?: Readonly<Record<string, string>>
  /** Extra response headers by path. */
  readonly headers?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Asked before everything else. */
  readonly handlers?: readonly Handler[]
  /** The port to listen on: to come back where the site was before. @default any free one */
  readonly port?: number
}

/** A web site with a real HTTP server on loopback. */
export interface Site {
  readonly url: string
  readonly port: number
  readonly origin: DiskOrigin
  /** What the origin was asked for a disk, since the last `origin.reset()`. */
  diskRequests(name: string): readonly string[]
  /** Stops listening and breaks all connections. */
  close(): Promise<void>
}

/** Answers a request, or passes it on. */
export type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void

/** Opens a site. */
export async function openSite({
  content,
  headers = {},
  pages = {},
  mounts = {},
  handlers: first = [],
  port = 0,
  ...disks
}: SiteOptions): Promise<Site> {
  const origin = createDiskOrigin({ folder: `${root}public/disks`, ...disks })
  const handlers: Handler[] = [
    ...first,
    (request, response, next) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname
      for (const [name, value] of Object.entries(headers[path] ?? {}))
        response.setHeader(name, value)
      next()
    },
    (request, response, next) => origin.middleware(request, response, next),
    (request, response, next) => {
      const html = pages[new URL(request.url ?? '/', 'http://localhost').pathname]
      if (html === undefined) next()
      else response.setHeader('Content-Type', 'text/html; charset=utf-8').end(html)
    },
    ...Object.entries(mounts).map(([prefix, folder]) => mount(prefix, folder)),
    ...(content === 'demo' ? [serveFolder('dist/demo')] : pagesContent()),
  ]
  const server = createServer((request, response) => run(handlers, request, response))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address() as AddressInfo
  return {
    url: `http://localhost:${address.port}/`,
    port: address.port,
    origin,
    diskRequests: (name) =>
      origin.requests
        // What lies beside a disk is not of it.
        .filter(({ url }) => url.replace(/\?.*/s, '') === `/disks/${name}`)
        .map(({ method, range }) => `${method} ${range ?? 'whole'}`),
    close: () => closeServer(server),
  }
}

function pagesContent(): Handler[] {
  return [
    serveFolder('tests/e2e/pages'),
    serveFolder('dist'),
    serveFolder('node_modules/v86/build'),
    mount('/comlink/', 'node_modules/comlink/dist/esm'),
    (request, response, next) => {
      if (request.url !== '/minibios.bin') next()
      else response.end(minibios())
    },
  ]
}

function serveFolder(folder: string): Handler {
  return sirv(root + folder, { dev: true, etag: true })
}

function mount(prefix: string, folder: string): Handler {
  const serve = serveFolder(folder)
  return (request, response, next) => {
    const { url = '/' } = request
    if (!url.startsWith(prefix)) {
      next()
      return
    }
    request.url = url.slice(prefix.length - 1)
    serve(request, response, () => {
      request.url = url
      next()
    })
  }
}

function run(
  handlers: readonly Handler[],
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [first, ...rest] = handlers
  if (first === undefined) response.writeHead(404).end('There is no such file.')
  else first(request, response, () => run(rest, request, response))
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
