import type { OfflineReport } from '../protocol/offline-report.ts'
import { describeResult, failureTitleOf } from './describe-result.ts'
import type { PanelCommand, PanelCommandResult } from './panel-command.ts'
import { describeError, noticeOf, withNotice } from './panel-notice.ts'
import type { PanelNotice } from './panel-notice.ts'
import type { PanelProgress, PanelSource } from './panel-source.ts'

/** A command under way. */
export interface RunningCommand {
  readonly command: PanelCommand
  readonly canceller: AbortController
  /** Of those that take long. */
  progress: PanelProgress | undefined
}

/** What {@link CommandRunner} tells. */
export interface RunnerHooks {
  /** Something is different. */
  onChange(): void
  /** A command is done. */
  onResult?(command: PanelCommand, result: PanelCommandResult): void
  /** A command failed. @returns whether that is dealt with: then it is not shown. */
  onFailure?(command: PanelCommand, error: unknown): boolean
}

/**
 * Runs commands and remembers what is under way, what was done, and what went wrong. What takes long goes on
 * when the element is taken out of the page; its progress is there again when the element is put back.
 */
export class CommandRunner {
  /** The last thing that was done, in a sentence. */
  status = ''
  /** What went wrong and was not dismissed, oldest first. */
  notices: readonly PanelNotice[] = []
  readonly #hooks: RunnerHooks
  /** Whether disks boot offline, by URL, as far as somebody wanted to know. */
  readonly readiness: Map<string, OfflineReport> = new Map()
  readonly #running = new Map<string, RunningCommand>()

  constructor(hooks: RunnerHooks) {
    this.#hooks = hooks
  }

  /** Runs a command to its end, and says how it went. Never rejects. */
  async run(source: PanelSource, command: PanelCommand): Promise<void> {
    const key = JSON.stringify(command)
    if (this.#running.has(key)) {
      this.tell('That is under way already.')
      return
    }
    const canceller = new AbortController()
    const running: RunningCommand = { command, canceller, progress: undefined }
    this.#running.set(key, running)
    this.tell('')
    try {
      const result = await source.run(command, {
        signal: canceller.signal,
        onProgress: (progress) => {
          running.progress = progress
          this.#hooks.onChange()
        },
      })
      if (result.type === 'ready') this.readiness.set(result.report.url, result.report)
      this.#hooks.onResult?.(command, result)
      this.tell(describeResult(command, result))
    } catch (error) {
      if (canceller.signal.aborted) this.tell(describeError(error).message)
      else if (this.#hooks.onFailure?.(command, error) !== true) {
        this.report(noticeOf(failureTitleOf(command), error))
      }
    } finally {
      this.#running.delete(key)
      this.#hooks.onChange()
    }
  }

  /** Whether this very command is under way. */
  isBusy(command: PanelCommand): boolean {
    return this.#running.has(JSON.stringify(command))
  }

  /**
   * What is under way that takes long.
   *
   * @param url - of the disk; `undefined` for what is of no disk that is known.
   */
  running(url: string | undefined): RunningCommand[] {
    return [...this.#running.values()].filter(
      ({ command }) =>
        (command.type === 'verify' || command.type === 'export' || command.type === 'import') &&
        command.url === url,
    )
  }

  /** Says what was done. */
  tell(status: string): void {
    this.status = status
    this.#hooks.onChange()
  }

  /** Shows that something went wrong. */
  report(notice: PanelNotice): void {
    this.notices = withNotice(this.notices, notice)
    this.#hooks.onChange()
  }

  /** Takes a notice away. */
  dismiss(notice: PanelNotice): void {
    this.notices = this.notices.filter((other) => other !== notice)
    this.#hooks.onChange()
  }
}
