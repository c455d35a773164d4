import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BrowserContext } from '@playwright/test'
import { stopWorkers } from '../support/profile.ts'
import type { Contender } from './contenders.ts'
import { openLane } from './lane.ts'
import type { Lane, LaneOptions } from './lane.ts'
import type { Sizes } from './sizes.ts'

/** What rows measure on: one browser, and lanes that are opened for one row and closed after it. */
export interface Stage {
  readonly browser: BrowserContext
  readonly sizes: Sizes
  openLane(contender: Contender, options?: LaneOptions): Promise<Lane>
  openLanes(contenders: readonly Contender[]): Promise<Map<string, Lane>>
  /** Stops the workers of all lanes, as the browser does when it needs memory. */
  stopWorkers(lane: Lane): Promise<void>
  /** Tells whoever watches the terminal how far it is. */
  progress(message: string): void
  /** Closes the lanes, and gives their storage back. */
  clear(): Promise<void>
}

/** Makes the stage. */
export function createStage(
  browser: BrowserContext,
  sizes: Sizes,
  progress: (message: string) => void,
): Stage {
  const lanes = new Set<Lane>()
  const open: Stage['openLane'] = async (contender, options) => {
    const lane = await openLane(browser, contender, options)
    lanes.add(lane)
    return lane
  }
  return {
    browser,
    sizes,
    openLane: open,
    async openLanes(contenders) {
      const opened = new Map<string, Lane>()
      for (const contender of contenders) opened.set(contender, await open(contender))
      return opened
    },
    stopWorkers: ({ page }) => stopWorkers(page),
    progress,
    async clear() {
      const closing = Array.from(lanes, (lane) => lane.close())
      lanes.clear()
      await Promise.all(closing)
    },
  }
}

/** Path of a file of the project. */
export function projectFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}

/** Whether a file of the project exists. */
export function hasProjectFile(path: string): boolean {
  return existsSync(projectFile(path))
}

/** The lane of a contender. */
export function laneOf(lanes: ReadonlyMap<string, Lane>, contender: string): Lane {
  const lane = lanes.get(contender)
  if (lane === undefined) throw new Error(`There is no lane for ${contender}`)
  return lane
}
