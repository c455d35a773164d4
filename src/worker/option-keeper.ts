import { optionNames, resolveOptions } from '../core/parse-options.ts'
import type { ResolvedOptions, TuningOptions } from '../core/options.ts'
import type { SettingsCatalog } from '../storage/settings-catalog.ts'

/** The options in force, over restarts of the worker. */
export interface OptionKeeper {
  readonly current: ResolvedOptions
  /** Reads what pages asked for earlier; returns `undefined`, and no promise, when that has been done. */
  load(): Promise<void> | undefined
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
  { scope, settings }: { scope: string; settings: SettingsCatalog },
): OptionKeeper {
  let current = resolveOptions(given)
  let loading: Promise<void> | undefined
  let isLoaded = false

  function apply(asked: Partial<TuningOptions>): void {
    current = resolveOptions({ ...asked, ...given })
  }

  return {
    get current() {
      return current
    },
    load() {
      if (isLoaded) return undefined
      loading ??= settings
        .options(scope)
        // Without a catalog, the defaults will do.
        .then(({ options }) => apply(options))
        .catch(() => undefined)
        .then(() => {
          isLoaded = true
        })
      return loading
    },
    async configure(asked, { id, liveClients }) {
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
    },
  }
}
