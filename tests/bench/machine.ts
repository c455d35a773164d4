import { cpus, loadavg, totalmem } from 'node:os'

/** Where figures were measured. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly browser: string
  readonly node: string
  /** Processes that wanted a core in the last minute, when the run began and when it ended. */
  readonly load: readonly [number, number]
}

/** Describes this machine; names neither it nor its folders. */
export function describeMachine(browser: string, loadBefore: number): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    browser,
    node: process.versions.node,
    load: [loadBefore, currentLoad()],
  }
}

/** The load average of the last minute; 0 where the system has none. */
export function currentLoad(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10
}
