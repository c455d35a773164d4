import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Plugin } from 'vite'

import { DEMO_ASSETS, type DemoAsset } from './demo-assets.ts'
import { createNamedFault } from './named-faults.ts'
import { createDiskOrigin, type DiskOriginOptions, type Middleware } from './ranged-origin.ts'
import { parseLatencyMs, parseRateMbit, type Shape } from './shape.ts'

/** Options of {@link diskOriginPlugin}: those of the origin, and where the firmware goes. */
export interface DiskOriginPluginOptions extends Partial<Omit<DiskOriginOptions, 'urlPrefix'>> {
  /** Name of the environment whose build gets the firmware. @default 'client' */
  readonly assetEnvironment?: string
}

/** Variables by which the command line shapes the network of the origin, and spoils its answers. */
export const LATENCY_VARIABLE = 'DISKS_LATENCY_MS'
export const RATE_VARIABLE = 'DISKS_RATE_MBIT'
/** Names of faults, separated by spaces. */
export const FAULTS_VARIABLE = 'DISKS_FAULTS'

/**
 * Serves disks below `<base>disks/` in `vite dev` and `vite preview`, and the firmware of the guests as
 * `<base>bios/*`, which is written into the build as well.
 *
 * Delay and rate default to the variables `DISKS_LATENCY_MS` and `DISKS_RATE_MBIT`; `DISKS_FAULTS` names faults.
 */
export function diskOriginPlugin(options: DiskOriginPluginOptions = {}): Plugin {
  const { assetEnvironment = 'client', ...originOptions } = options

  const createMiddleware = (base: string, publicDir: string): Middleware => {
    const { middleware, faults } = createDiskOrigin({
      folder: join(publicDir, 'disks'),
      ...shapeOf(process.env),
      ...originOptions,
      urlPrefix: `${base}disks/`,
    })
    for (const name of process.env[FAULTS_VARIABLE]?.split(' ') ?? [])
      faults.add(createNamedFault(name))
    return middleware
  }

  return {
    name: 'sectorcache:disk-origin',
    // Both hooks run before Vite adds its own handlers, so that neither files of public/ nor the page come first.
    configureServer({ middlewares, config }) {
      const base = urlBaseOf(config.base)
      middlewares.use(createMiddleware(base, config.publicDir))
      middlewares.use(createAssetMiddleware(base))
    },
    configurePreviewServer({ middlewares, config }) {
      const base = urlBaseOf(config.base)
      middlewares.use(createMiddleware(base, config.publicDir))
    },
    async generateBundle() {
      if (this.environment.name !== assetEnvironment) return
      for (const { fileName, read } of DEMO_ASSETS)
        this.emitFile({ type: 'asset', fileName, source: await read() })
    },
  }
}

function createAssetMiddleware(base: string): Middleware {
  return (request, response, next) => {
    const path = (request.originalUrl ?? request.url ?? '').replace(/[?#].*$/s, '')
    const asset = DEMO_ASSETS.find(({ fileName }) => path === base + fileName)
    if (asset === undefined) {
      next()
      return
    }
    sendAsset(asset, request.method === 'HEAD', response).catch((error: unknown) => {
      console.error(`${path}:`, error)
      response.destroy()
    })
  }
}

async function sendAsset(
  { contentType, read }: DemoAsset,
  headersOnly: boolean,
  response: ServerResponse,
): Promise<void> {
  const bytes = await read()
  response.writeHead(200, {
    'Content-Type': contentType,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-cache',
  })
  response.end(headersOnly ? undefined : bytes)
}

/** A relative base (`./`) is served at the root. */
function urlBaseOf(base: string): string {
  return base.startsWith('/') ? base : '/'
}

function shapeOf(environment: NodeJS.ProcessEnv): Partial<Shape> {
  const latency = environment[LATENCY_VARIABLE]
  const rate = environment[RATE_VARIABLE]
  return {
    ...(latency !== undefined && { latencyMs: parseLatencyMs(latency) }),
    ...(rate !== undefined && { rateBitsPerSecond: parseRateMbit(rate) }),
  }
}
