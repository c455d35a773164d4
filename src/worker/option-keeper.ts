import { optionNames, parseOptions, resolveOptions } from '../core/parse-options.ts'
import type { ResolvedOptions, TuningOptions } from '../core/options.ts'
import type { SettingsCatalog } from '../storage/settings-catalog.ts'
import type { OptionListener } from './ask-pages.ts'

/** The options in force, over restarts of the worker. */
export interface OptionKeeper {
  readonly current: ResolvedOptions
  /**
   * Finds out what pages asked for: storage tells, or, where it was cleared while they live, the pages themselves. Never rejects.
   *
   * @returns `undefined`, and no promise, when that has been done.
   */
  load(): Promise<void> | undefined
  /** Storage may have been cleared: the next `load()` looks again. Until then, what is in force stays. */
  lookAgain(): void
  /**
   * A page asks for options. They stand unless the worker was given others, or another page that lives asked
   * for others first.
   *
   * @param liveClients - ids of all clients that live.
   * @returns the names of those options that do not get their way.
   */
  configure(
    asked: Partial<TuningOptions>,
    client: { id: string; liveClients: ReadonlySet<string> },
  ): Promise<string[]>
}

/**
 * Makes the {@link OptionKeeper} of a worker.
 *
 * @param given - what the worker itself was given, by its query or in library mode: stands above all.
 */
export function createOptionKeeper(
  given: Partial<ResolvedOptions>,
  {
    scope,
    settings,
    askPages,
  }: {
    scope: string
    settings: SettingsCatalog
    askPages: (hear: OptionListener) => Promise<boolean>
  },
): OptionKeeper {
  let current = resolveOptions(given)
  let loading: Promise<void> | undefined
  let isLoaded = false

  function apply(asked: Partial<TuningOptions>): void {
    current = resolveOptions({ ...asked, ...given })
  }

  async function find(): Promise<void> {
    const known = await settings.options(scope)
    if (known.clients.length > 0) apply(known.options)
    if (known.clients.length > 0 || known.wereAsked) return
    const hasPages = await askPages((asked, client) => configure(parseOptions(asked), client))
    // The next worker need not ask them.
    if (hasPages) await settings.updateOptions(scope, (now) => ({ ...now, wereAsked: true }))
  }

  async function configure(
    asked: Partial<TuningOptions>,
    { id, liveClients }: { id: string; liveClients: ReadonlySet<string> },
  ): Promise<string[]> {
    const record = await settings
      .updateOptions(scope, (known) => {
        const others = known.clients.filter((other) => other !== id && liveClients.has(other))
        const options = others.length > 0 ? known.options : asked
        return { ...known, options, clients: [...others, id] }
      })
      // Without a catalog they hold for as long as this worker lives.
      .catch(() => ({ options: asked }))
    apply(record.options)
    isLoaded = true
    const wanted = resolveOptions({ ...given, ...asked })
    return optionNames.filter((name) => String(wanted[name]) !== String(current[name]))
  }

  return {
    get current() {
      return current
    },
    load() {
      if (isLoaded) return undefined
      // Without a catalog, the defaults will do.
      const finding = (loading ??= find().catch(() => undefined))
      return finding.then(() => {
        isLoaded ||= loading === finding
      })
    },
    lookAgain() {
      loading = undefined
      isLoaded = false
    },
    configure,
  }
}
