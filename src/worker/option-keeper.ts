import { optionNames, resolveOptions } from '../core/parse-options.ts'
import type { ResolvedOptions, TuningOptions } from '../core/options.ts'
import type { OptionsRecord } from '../storage/catalog-schema.ts'
import type { SettingsCatalog } from '../storage/settings-catalog.ts'
import type { PageAnswer } from './ask-pages.ts'

/** The options in force, over restarts of the worker. */
export interface OptionKeeper {
  readonly current: ResolvedOptions
  /**
   * Finds out what pages asked for: from storage, or, if that knows of nothing, from the pages themselves. Never rejects.
   *
   * @returns `undefined`, and no promise, when that has been done.
   */
  load(): Promise<void> | undefined
  /** Storage may have been cleared: the next `load()` looks, and stores again what is in force, unless others are by now. */
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
 * @param askPages - has each page that wants options call `configure()`, see `askPages()`.
 */
export function createOptionKeeper(
  given: Partial<ResolvedOptions>,
  {
    scope,
    settings,
    askPages,
  }: { scope: string; settings: SettingsCatalog; askPages: () => Promise<PageAnswer> },
): OptionKeeper {
  let current = resolveOptions(given)
  let standing: Pick<OptionsRecord, 'options' | 'clients'> | undefined
  let loading: Promise<void> | undefined
  let isLoaded = false
  /** How often storage may have been cleared. */
  let clearings = 0

  function apply({ options, clients }: OptionsRecord): void {
    standing = { options, clients }
    current = resolveOptions({ ...options, ...given })
  }

  async function find(): Promise<void> {
    const known = await settings.options(scope).catch(() => undefined)
    if (known && known.clients.length > 0) apply(known)
    else if (standing) await storeAgain(standing)
    else if (!known || known.isSilent) void askPages().catch(() => undefined)
    else await ask()
  }

  async function storeAgain(last: NonNullable<typeof standing>): Promise<void> {
    apply(
      await settings.updateOptions(scope, (now) =>
        now.clients.length > 0 ? now : { ...now, ...last },
      ),
    )
  }

  async function ask(): Promise<void> {
    const before = clearings
    if ((await askPages()) !== 'silent' || clearings !== before) return
    await settings.updateOptions(scope, (now) => ({ ...now, isSilent: true }))
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
      clearings++
      loading = undefined
      isLoaded = false
    },
    async configure(asked, { id, liveClients }) {
      const before = clearings
      const update = (known: OptionsRecord): OptionsRecord => {
        // It may have been cleared a moment ago.
        const stands = known.clients.length > 0 ? known : { ...known, ...standing }
        const others = stands.clients.filter((other) => other !== id && liveClients.has(other))
        const options = others.length > 0 ? stands.options : asked
        return { ...stands, options, clients: [...others, id] }
      }
      apply(
        await settings
          .updateOptions(scope, update)
          // Without a catalog they hold for as long as this worker lives.
          .catch(() => update({ options: {}, clients: [] })),
      )
      isLoaded ||= clearings === before
      const wanted = resolveOptions({ ...given, ...asked })
      return optionNames.filter((name) => String(wanted[name]) !== String(current[name]))
    },
  }
}
