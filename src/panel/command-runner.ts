import { isDiskCacheError } from '../core/errors.ts'
import type { PrefetchProgress } from '../protocol/reports.ts'
import { describeResult } from './describe-result.ts'
import { diskName } from './disk-name.ts'
import { failureTitleOf } from './failure-title.ts'
import type { PanelCommand, PrefetchCommand } from './panel-command.ts'
import { noticeOf, withNotice } from './panel-notice.ts'
import type { PanelNotice } from './panel-notice.ts'
import type { PanelSource } from './panel-source.ts'

/** A prefetch under way. */
interface RunningPrefetch {
  readonly canceller: AbortController
  progress: PrefetchProgress | undefined
}

/**
 * Runs commands and remembers what is under way, what was done, and what went wrong. A prefetch goes on
 * when the element is taken out of the page; its progress is there again when the element is put back.
 */
export class CommandRunner {
  /** The last thing that was done, in a sentence. */
  status = ''
  /** What went wrong and was not dismissed, oldest first. */
  notices: readonly PanelNotice[] = []
  readonly #onChange: () => void
  readonly #prefetches = new Map<string, RunningPrefetch>()
  readonly #busy = new Set<string>()

  /** @param onChange - told whenever any of this is different. */
  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  /** Runs a command to its end, and says how it went. Never rejects. */
  async run(source: PanelSource, command: PanelCommand): Promise<void> {
    const key = keyOf(command)
    if (this.#busy.has(key)) return
    this.#busy.add(key)
    this.#tell('')
    try {
      const result = await (command.type === 'prefetch'
        ? this.#prefetch(source, command)
        : source.run(command))
      this.#tell(describeResult(result))
    } catch (error) {
      this.#fail(command, error)
    } finally {
      this.#busy.delete(key)
      this.#onChange()
    }
  }

  /** Whether this very command is under way. */
  isBusy(command: PanelCommand): boolean {
    return this.#busy.has(keyOf(command))
  }

  /** Stops the prefetch of a disk; what has arrived stays stored. */
  cancelPrefetch(url: string): void {
    this.#prefetches.get(url)?.canceller.abort()
  }

  /** Whether a disk is being prefetched, and how far it has come. */
  prefetchOf(url: string): { readonly progress: PrefetchProgress | undefined } | undefined {
    return this.#prefetches.get(url)
  }

  /** Shows that something went wrong. */
  report(notice: PanelNotice): void {
    this.notices = withNotice(this.notices, notice)
    this.#onChange()
  }

  /** Takes a notice away. */
  dismiss(notice: PanelNotice): void {
    this.notices = this.notices.filter((other) => other !== notice)
    this.#onChange()
  }

  async #prefetch(source: PanelSource, command: PrefetchCommand): ReturnType<PanelSource['run']> {
    const prefetch: RunningPrefetch = { canceller: new AbortController(), progress: undefined }
    this.#prefetches.set(command.url, prefetch)
    try {
      return await source.run(command, {
        signal: prefetch.canceller.signal,
        onProgress: (progress) => {
          prefetch.progress = progress
          this.#onChange()
        },
      })
    } finally {
      this.#prefetches.delete(command.url)
    }
  }

  #tell(status: string): void {
    this.status = status
    this.#onChange()
  }

  #fail(command: PanelCommand, error: unknown): void {
    if (command.type === 'prefetch' && isDiskCacheError(error) && error.code === 'aborted') {
      this.#tell(`Prefetch of ${diskName(command.url)} cancelled. What had arrived stays stored.`)
    } else {
      this.report(noticeOf(failureTitleOf(command), error))
    }
  }
}

function keyOf(command: PanelCommand): string {
  return JSON.stringify(command)
}
