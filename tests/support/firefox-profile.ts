import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { firefox } from '@playwright/test'
import type { BrowserContext } from '@playwright/test'

import { lookForFirefox } from './find-firefox.ts'
import type { Profile } from './profile.ts'

/** When Firefox ends a worker, in milliseconds. */
export interface WorkerLimits {
  /** Without an event, if it has nothing to do. @default 30 000 */
  readonly idleMs?: number
  /** After that, if an event is being extended. @default 30 000 */
  readonly extendedMs?: number
}

/** A profile of Firefox on disk. There are no commands to stop its workers: they die by themselves. */
export async function createFirefoxProfile({
  idleMs = 30_000,
  extendedMs = 30_000,
}: WorkerLimits): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'sectorcache-firefox-'))
  const found = await lookForFirefox()
  if (found === undefined) throw new Error('No Firefox was found: set FIREFOX to the path of one.')
  let context: BrowserContext | undefined
  async function quit(): Promise<void> {
    const running = context
    context = undefined
    await running?.close()
  }
  const refuse = (): Promise<void> => Promise.reject(new Error('Firefox is not killed here'))
  return {
    folder,
    async open() {
      context ??= await firefox.launchPersistentContext(folder, {
        channel: 'moz-firefox',
        executablePath: found.path,
        firefoxUserPrefs: {
          'dom.serviceWorkers.idle_timeout': idleMs,
          'dom.serviceWorkers.idle_extended_timeout': extendedMs,
        },
      })
      return context
    },
    quit,
    kill: refuse,
    killStorage: refuse,
    async remove() {
      await quit()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
