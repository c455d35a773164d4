import { createDiskMatcher } from '../core/disk-patterns.ts'
import type { DiskMatcher } from '../core/disk-patterns.ts'
import { rememberDiskKeys } from '../core/disk-key.ts'
import { createLinkEstimate } from '../core/link-estimate.ts'
import type { LinkEstimate } from '../core/link-estimate.ts'
import { DiskCacheError, toDiskCacheError } from '../core/errors.ts'
import type { ResolvedOptions } from '../core/options.ts'
import { createOriginGate } from '../origin/origin-gate.ts'
import { createRangedFileSource } from '../origin/ranged-file.ts'
import { installErrorHandler } from '../protocol/error-handler.ts'
import { joinCatalogChanges } from '../storage/catalog-changes.ts'
import { openDiskStore } from '../storage/disk-store.ts'
import { askPages } from './ask-pages.ts'
import { configureFor } from './configure-for.ts'
import { createBootNotes } from './boot-notes.ts'
import { createDiskReader } from './disk-reader.ts'
import type { DiskReader } from './disk-reader.ts'
import { createEventLog } from './event-log.ts'
import { expireDisks } from './expire-disks.ts'
import { handleDiskRequest } from './handle-disk-request.ts'
import { handleWrite } from './handle-write.ts'
import { holdLifeLock } from './hold-life-lock.ts'
import { createOptionKeeper } from './option-keeper.ts'
import { createPrefetchRunner } from './prefetch-runner.ts'
import { serveCalls } from './serve-calls.ts'
import { createShell } from './shell/shell.ts'
import type { Shell } from './shell/shell.ts'
import { createSpaceGuard } from './space-guard.ts'
import { createStreamKeeper } from './stream-keeper.ts'
import { createSweeper } from './sweeper.ts'
import type { WorkerContext } from './worker-context.ts'

declare const self: ServiceWorkerGlobalScope

/** The cache in a worker, before it is connected to requests. */
export interface DiskCacheWorker {
  /** `undefined` when the options are unusable: then every request passes. */
  readonly matcher: DiskMatcher | undefined
  /** `undefined` where pages are not kept. */
  readonly shell: Shell | undefined
  /** Answers a request that the matcher matches, whatever its method. */
  handle(event: FetchEvent): Promise<Response>
}

/** Options of the worker, or why they are unusable. */
export type WorkerOptions = Partial<ResolvedOptions> | DiskCacheError

/**
 * Puts the parts together, and begins to listen to the pages.
 *
 * @param isAlone - whether no code but ours runs in the worker, so that pages are ours to keep.
 */
export function createWorker(
  options: WorkerOptions,
  { isAlone }: { readonly isAlone: boolean },
): DiskCacheWorker {
  installErrorHandler()
  const scope = self.registration.scope
  const worker = crypto.randomUUID()
  const { given, matcher, optionError } = compile(options)
  const readers = new Map<string, DiskReader>()
  const store = openDiskStore(() => {
    for (const { refresh, sessions } of readers.values()) {
      void refresh()
      void sessions.commitAgain()
    }
    keeper.lookAgain()
  })
  const keeper = createOptionKeeper(given, {
    scope,
    settings: store.settings,
    askPages: () => askPages((id, asked) => configureFor(id, asked, { options: keeper, log })),
  })
  // Pages cannot change what tells disks apart.
  const keyOf = rememberDiskKeys(keeper.current.keyParams)
  const changes = joinCatalogChanges((url, isWrite) => void readers.get(url)?.refresh(isWrite))
  const log = createEventLog({ scope, worker, settings: store.settings })
  const context: WorkerContext = {
    get options() {
      return keeper.current
    },
    isAlone,
    store,
    source: createRangedFileSource(),
    gate: createOriginGate(() => keeper.current.parallel),
    linkTo: createLinks(),
    log,
    bootNotes: createBootNotes(store.boots, store.renewLog),
    space: createSpaceGuard({
      wanted: () => keeper.current.budget,
      scope,
      store,
      log,
      announceChange: changes.announce,
    }),
    announceChange: changes.announce,
    announceWrite: changes.announceWrite,
    forget: (url) => void readers.get(url)?.refresh(),
  }

  function readerOf(url: string): DiskReader {
    const key = keyOf(url)
    const reader = readers.get(key) ?? createDiskReader(key, context)
    readers.set(key, reader)
    return reader
  }

  const isShellWanted = isAlone && keeper.current.shell === 'auto'
  const shell =
    isShellWanted && matcher ? createShell(matcher.matches, context.gate.whenQuiet) : undefined
  async function giveUpRetired(): Promise<void> {
    const retired = (await store.generations.list()).filter(({ state }) => state === 'retired')
    for (const url of new Set(retired.map((record) => record.url))) {
      await readerOf(url).giveUpRetired()
    }
  }
  const sweeper = createSweeper(store, {
    giveUpRetired,
    expire: () => expireDisks(context, readerOf),
  })
  const streams = createStreamKeeper()
  serveCalls({
    context,
    options: keeper,
    matcher,
    optionError,
    readerOf,
    shell,
    scheduleSweep: sweeper.schedule,
    prefetches: createPrefetchRunner(),
    lifeLock: holdLifeLock(worker),
    streams,
  })
  return {
    matcher,
    shell,
    async handle(event) {
      await keeper.load()
      sweeper.start()
      const isRead = event.request.method === 'GET' || event.request.method === 'HEAD'
      return (isRead ? handleDiskRequest : handleWrite)(event, { context, streams, readerOf })
    },
  }
}

/** One estimate for each origin. */
function createLinks(): WorkerContext['linkTo'] {
  const links = new Map<string, LinkEstimate>()
  return (url) => {
    const { origin } = new URL(url)
    const link = links.get(origin) ?? createLinkEstimate()
    links.set(origin, link)
    return link
  }
}

interface CompiledOptions {
  readonly given: Partial<ResolvedOptions>
  readonly matcher: DiskMatcher | undefined
  readonly optionError: DiskCacheError | undefined
}

function compile(options: WorkerOptions): CompiledOptions {
  if (options instanceof DiskCacheError) {
    return { given: {}, matcher: undefined, optionError: options }
  }
  try {
    const matcher = createDiskMatcher(options.disks ?? [], self.location.href)
    return { given: options, matcher, optionError: undefined }
  } catch (error) {
    const optionError = toDiskCacheError(error, 'invalid-option', 'The options are unusable')
    return { given: {}, matcher: undefined, optionError }
  }
}
