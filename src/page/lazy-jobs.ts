import type { PrefetchJobs } from '../protocol/prefetch-jobs.ts'
import { loadScript } from './lazy-scripts.ts'
import type { LazyScripts } from './lazy-scripts.ts'
import { resolveUrl } from './resolve-url.ts'
import type { WorkerLink } from './worker-link.ts'

/** A script that could not be loaded is not asked for again so soon by whoever only looks, such as a panel after each read. */
const restMs = 10_000

/** Jobs whose script is loaded when there are any. */
export interface LazyJobs extends PrefetchJobs {
  close(): void
}

/**
 * Makes the jobs of a page.
 *
 * @param hasJobs - whether there are some to be worked off.
 */
export function createLazyJobs(
  api: WorkerLink['api'],
  { scope, load, hasJobs }: { scope: string; load: LazyScripts; hasJobs: boolean },
): LazyJobs {
  let opening: ReturnType<typeof open> | undefined
  let failed: typeof opening
  let isClosed = false

  async function open(): Promise<LazyJobs> {
    const { openJobs } = await loadScript('offline', load.offline)
    const opened = openJobs({ api, scope, resolve: resolveUrl })
    if (isClosed) opened.close()
    return opened
  }

  function jobs(): Promise<LazyJobs> {
    opening ??= open().catch((error: unknown) => {
      failed = opening
      opening = undefined
      setTimeout(() => (failed = undefined), restMs)
      throw error
    })
    return opening
  }

  function later<Name extends 'add' | 'pause' | 'resume' | 'cancel'>(
    name: Name,
  ): PrefetchJobs[Name] {
    const call = async (...args: unknown[]): Promise<unknown> =>
      ((await jobs())[name] as (...args: unknown[]) => unknown)(...args)
    return call as PrefetchJobs[Name]
  }

  const tryOpen = (): void => void jobs().catch(() => undefined)
  /** Another page has added one: when that is closed, this one goes on. */
  const listen = ({ key }: StorageEvent): void => {
    if (key === 'sectorcache-jobs') tryOpen()
  }
  addEventListener('storage', listen)
  if (hasJobs) tryOpen()

  return {
    add: later('add'),
    list: async () => (await (opening ?? failed ?? jobs())).list(),
    pause: later('pause'),
    resume: later('resume'),
    cancel: later('cancel'),
    subscribe(listener) {
      let isOver = false
      let end: (() => void) | undefined
      jobs()
        .then((opened) => {
          if (!isOver) end = opened.subscribe(listener)
        })
        .catch(reportError)
      return () => {
        isOver = true
        end?.()
      }
    },
    close() {
      isClosed = true
      removeEventListener('storage', listen)
      opening?.then((opened) => opened.close()).catch(() => undefined)
    },
  }
}
