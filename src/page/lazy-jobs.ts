import type { PrefetchJobs } from '../protocol/prefetch-jobs.ts'
import { loadScript } from './lazy-scripts.ts'
import type { LazyScripts } from './lazy-scripts.ts'
import { resolveUrl } from './resolve-url.ts'
import type { WorkerLink } from './worker-link.ts'

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
  let isClosed = false

  async function open(): Promise<LazyJobs> {
    const { openJobs } = await loadScript('offline', load.offline)
    const opened = openJobs({ api, scope, resolve: resolveUrl })
    if (isClosed) opened.close()
    return opened
  }

  function jobs(): Promise<LazyJobs> {
    opening ??= open().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }

  const tryOpen = (): void => void jobs().catch(() => undefined)
  /** Another page has added one: when that is closed, this one goes on. */
  const listen = ({ key }: StorageEvent): void => {
    if (key === 'sectorcache-jobs') tryOpen()
  }
  addEventListener('storage', listen)
  if (hasJobs) tryOpen()

  return {
    add: async (url, options) => (await jobs()).add(url, options),
    list: async () => (await jobs()).list(),
    pause: async (id) => (await jobs()).pause(id),
    resume: async (id) => (await jobs()).resume(id),
    cancel: async (id) => (await jobs()).cancel(id),
    subscribe(listener) {
      let isOver = false
      const subscribed = jobs().then((opened) => (isOver ? undefined : opened.subscribe(listener)))
      subscribed.catch(reportError)
      return () => {
        isOver = true
        void subscribed.then(
          (end) => end?.(),
          () => undefined,
        )
      }
    },
    close() {
      isClosed = true
      removeEventListener('storage', listen)
      void opening?.then(
        (opened) => opened.close(),
        () => undefined,
      )
    },
  }
}
