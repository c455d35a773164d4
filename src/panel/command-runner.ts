import type { VerifyReport } from '../protocol/api.ts'
import type { OfflineReport } from '../protocol/offline-report.ts'
import { describeResult, failureTitleOf } from './describe-result.ts'
import type { PanelCommand, VerifyProgress } from './panel-command.ts'
import { describeError, noticeOf, withNotice } from './panel-notice.ts'
import type { PanelNotice } from './panel-notice.ts'
import type { PanelSource } from './panel-source.ts'

/** A verification under way. */
export interface RunningVerify {
  readonly canceller: AbortController
  progress: VerifyProgress | undefined
}

/** What {@link CommandRunner} tells. */
export interface RunnerHooks {
  /** Something is different. */
  onChange(): void
  /** A verification is over. */
  onVerified?(report: VerifyReport): void
}

/**
 * Runs commands and remembers what is under way, what was done, and what went wrong. A verification goes on
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
  readonly #verifies = new Map<string, RunningVerify>()
  readonly #busy = new Set<string>()

  constructor(hooks: RunnerHooks) {
    this.#hooks = hooks
  }

  /** Runs a command to its end, and says how it went. Never rejects. */
  async run(source: PanelSource, command: PanelCommand): Promise<void> {
    const key = JSON.stringify(command)
    if (this.#busy.has(key)) return
    this.#busy.add(key)
    this.tell('')
    try {
      const canceller = new AbortController()
      const verify: RunningVerify = { canceller, progress: undefined }
      if (command.type === 'verify') this.#verifies.set(command.url, verify)
      const result = await source.run(command, {
        signal: canceller.signal,
        onProgress: (progress) => {
          verify.progress = progress
          this.#hooks.onChange()
        },
      })
      if (result.type === 'ready') this.readiness.set(result.report.url, result.report)
      if (result.type === 'verify') this.#hooks.onVerified?.(result.report)
      this.tell(describeResult(command, result))
    } catch (error) {
      const { code, message } = describeError(error)
      if (code === 'aborted') this.tell(message)
      else this.report(noticeOf(failureTitleOf(command), error))
    } finally {
      this.#busy.delete(key)
      if (command.type === 'verify') this.#verifies.delete(command.url)
      this.#hooks.onChange()
    }
  }

  /** Whether this very command is under way. */
  isBusy(command: PanelCommand): boolean {
    return this.#busy.has(JSON.stringify(command))
  }

  /** The verification of a disk that is under way. */
  verifyOf(url: string): RunningVerify | undefined {
    return this.#verifies.get(url)
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
