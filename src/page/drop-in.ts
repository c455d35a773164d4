import { createDiskMatcher, patternText } from '../core/disk-patterns.ts'
import type { DiskMatcher } from '../core/disk-patterns.ts'
import { DiskCacheError, toDiskCacheError } from '../core/errors.ts'
import type { ResolvedOptions } from '../core/options.ts'
import { parseOptionAttributes, routingOptionNames, toOptionQuery } from '../core/parse-options.ts'
import type { DiskCache } from '../protocol/api.ts'
import { connectWith } from './connect-with.ts'
import { holdEarlyReads } from './hold-early-reads.ts'
import { logError } from './log-error.ts'
import type { DeviceModule } from './open-device.ts'
import { assertServiceWorkers, registerWorker } from './register-worker.ts'

/** The one global of the drop-in script. */
export interface DropIn {
  /** The cache, once the worker runs. Rejects with a `DiskCacheError` that says what to do. */
  readonly ready: Promise<DiskCache>
}

declare global {
  var sectorcache: DropIn
}

/** Names of `data-` attributes that are no options. */
const ownAttributes = new Set(['sw'])

function start(script: HTMLOrSVGScriptElement | null): DropIn {
  const ready = connect(script)
  // It is told even if the page never looks at it.
  ready.catch((error: unknown) =>
    logError(toDiskCacheError(error, 'not-registered', 'sectorcache could not start')),
  )
  return { ready }
}

async function connect(script: HTMLOrSVGScriptElement | null): Promise<DiskCache> {
  // Up to the first await this runs before any other script of the page.
  const { url, deviceUrl, matcher, tuning } = readScript(script)
  const loadDevice = (): Promise<DeviceModule> =>
    import(/* @vite-ignore */ deviceUrl) as Promise<DeviceModule>
  const starting = registerWorker(url).then((registration) =>
    connectWith({ registration, options: tuning }, loadDevice),
  )
  holdEarlyReads({ isDisk: matcher.matches, until: starting })
  return starting
}

interface ScriptPlan {
  /** The worker, with its routing options in the query. */
  readonly url: URL
  /** The module of block devices, which lies beside the script. */
  readonly deviceUrl: string
  readonly matcher: DiskMatcher
  readonly tuning: Record<string, string | number>
}

function readScript(script: HTMLOrSVGScriptElement | null): ScriptPlan {
  if (!(script instanceof HTMLScriptElement) || script.src === '') {
    throw new DiskCacheError(
      'unsupported',
      'sectorcache.js must be a classic script of its own: <script src="/sectorcache.js" data-disks="/disks/*">. ' +
        'In a module, import connectDiskCache from "sectorcache" instead.',
    )
  }
  assertServiceWorkers()
  const options = parseOptionAttributes(optionAttributes(script))
  const matcher = createDiskMatcher(options.disks ?? [], document.baseURI)
  const url = new URL(script.dataset['sw'] ?? 'sectorcache-sw.js', scriptBase(script))
  const { routing, tuning } = split({ ...options, disks: matcher.patterns.map(patternText) })
  url.search = toOptionQuery(routing)
  const deviceUrl = new URL('sectorcache-device.js', script.src).href
  return { url, deviceUrl, matcher, tuning }
}

/** `data-sw` is relative to the page, as every URL in HTML; the default lies beside the script. */
function scriptBase(script: HTMLScriptElement): string {
  return script.dataset['sw'] === undefined ? script.src : document.baseURI
}

function* optionAttributes(script: HTMLScriptElement): Generator<[string, string]> {
  for (const { name, value } of script.attributes) {
    const option = /^data-(.+)$/.exec(name)?.[1]
    if (option !== undefined && !ownAttributes.has(option)) yield [option, value]
  }
}

function split(options: Partial<ResolvedOptions>): {
  routing: Partial<ResolvedOptions>
  tuning: Record<string, string | number>
} {
  const entries = Object.entries(options)
  return {
    routing: Object.fromEntries(entries.filter(isRouting)),
    tuning: Object.fromEntries(entries.filter((entry) => !isRouting(entry))) as Record<
      string,
      string | number
    >,
  }
}

function isRouting([name]: [string, unknown]): boolean {
  return (routingOptionNames as readonly string[]).includes(name)
}

globalThis.sectorcache = start(document.currentScript)
