import { createDiskMatcher, patternText } from '../core/disk-patterns.ts'
import type { DiskMatcher } from '../core/disk-patterns.ts'
import { DiskCacheError, toDiskCacheError } from '../core/errors.ts'
import { routingQuery, splitWords } from '../core/routing-query.ts'
import type { DiskCache } from '../protocol/api.ts'
import { connectWith } from './connect-with.ts'
import { holdEarlyReads } from './hold-early-reads.ts'
import { logError } from './log-error.ts'
import { offerPanel } from './offer-panel.ts'
import { reloadIsolated } from './reload-isolated.ts'
import { assertServiceWorkers, registerWorker } from './register-worker.ts'

/** The one global of the drop-in script. */
export interface DropIn {
  /** The cache, once the worker runs. Rejects with a `DiskCacheError` that says what to do. */
  readonly ready: Promise<DiskCache>
}

declare global {
  var sectorcache: DropIn
}

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
  const { url, base, matcher, tuning, isIsolated, hasPanel } = readScript(script)
  const load = <Module>(name: string): Promise<Module> =>
    import(/* @vite-ignore */ new URL(`sectorcache-${name}.js`, base).href) as Promise<Module>
  const starting = registerWorker(url).then((registration) =>
    connectWith(
      { registration, options: tuning },
      {
        device: () => load('device'),
        upkeep: () => load('upkeep'),
        archive: () => load('archive'),
        offline: () => load('offline'),
      },
    ),
  )
  holdEarlyReads({ isDisk: matcher.matches, until: starting })
  if (hasPanel) {
    offerPanel(async (opener) => {
      const [cache, { togglePanel }] = await Promise.all([starting, load<PanelScript>('panel')])
      togglePanel(cache, opener)
    })
  }
  const cache = await starting
  // A page that is about to go shall not start its guest.
  return isIsolated && reloadIsolated() ? new Promise(() => undefined) : cache
}

/** What is needed of `sectorcache-panel.js`. */
interface PanelScript {
  togglePanel(cache: DiskCache, opener: HTMLElement): void
}

interface ScriptPlan {
  /** The worker, with its routing options in the query. */
  readonly url: URL
  /** The script's own URL: what is loaded later lies beside it. */
  readonly base: string
  readonly matcher: DiskMatcher
  /** As written: the worker judges it. */
  readonly tuning: Record<string, string | undefined>
  readonly isIsolated: boolean
  /** Whether the page offers the panel. */
  readonly hasPanel: boolean
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
  const { sw, disks = '', shell, coi, keyParams, panel, ...tuning } = script.dataset
  const matcher = createDiskMatcher(splitWords(disks), document.baseURI)
  // `data-sw` is relative to the page, as every URL in HTML; the default lies beside the script.
  const url =
    sw === undefined ? new URL('sectorcache-sw.js', script.src) : new URL(sw, document.baseURI)
  const patterns = matcher.patterns.map(patternText).join(' ')
  url.search = routingQuery({ disks: patterns, shell, coi, keyParams })
  return {
    url,
    base: script.src,
    matcher,
    tuning: { ...tuning },
    isIsolated: coi === 'on',
    hasPanel: panel !== undefined,
  }
}

globalThis.sectorcache = start(document.currentScript)
