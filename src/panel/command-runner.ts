import type { DiskCacheEvent } from '../protocol/events.ts'
import type { OfflineReport } from '../protocol/offline-report.ts'
import { describeResult, failureTitleOf } from './describe-result.ts'
import { diskName } from './disk-name.ts'
import type { PanelCommand, PanelCommandResult } from './panel-command.ts'
import { describeError, noticeOf, withNotice } from './panel-notice.ts'
import type { PanelNotice } from './panel-notice.ts'
import type { PanelProgress, PanelSource } from './panel-source.ts'
import { saveFile } from './save-file.ts'

/** A command under way. */
export interface RunningCommand {
  readonly command: PanelCommand
  readonly canceller: AbortController
  /** Of those that take long. */
  progress: PanelProgress | undefined
}

/** A panel that shows what a {@link CommandRunner} does. */
export interface RunnerViewer {
  /** Something is different. */
  onChange(): void
  /** A command has ended: what it changed is to be looked at. @param result - if it is done. */
  onEnd(result?: PanelCommandResult): void
}

/**
 * Runs commands and remembers what is under way, what was done, and what went wrong. It belongs to its source, and not to a
 * panel: what takes long goes on when that is closed, and whichever one is opened next shows it, and can stop it.
 */
export class CommandRunner {
  /** The last thing that was done, in a sentence. */
  status = ''
  /** What went wrong and was not dismissed, oldest first. */
  notices: readonly PanelNotice[] = []
  /** Whether disks boot offline, by URL, as far as somebody wanted to know. */
  readonly readiness: Map<string, OfflineReport> = new Map()
  readonly #source: PanelSource | undefined
  readonly #viewers = new Set<RunnerViewer>()
  readonly #running = new Set<RunningCommand>()

  /** See {@link runnerOf}. @param source - without one, there is nothing to run. */
  constructor(source?: PanelSource) {
    this.#source = source
  }

  /** A panel shows it. */
  join(viewer: RunnerViewer): void {
    this.#viewers.add(viewer)
  }

  /** A panel shows it no more. What is told while there is none stays to be seen, but nothing older. */
  leave(viewer: RunnerViewer): void {
    this.#viewers.delete(viewer)
    if (this.#viewers.size > 0) return
    this.status = ''
    // Nobody hears any more what becomes of it.
    this.readiness.clear()
  }

  /** What was checked may not be so any more. */
  hear(events: readonly DiskCacheEvent[]): void {
    for (const event of events) {
      if (event.type === 'gap') this.readiness.clear()
      else if (event.type !== 'read' && event.type !== 'fetching') {
        this.readiness.delete(event.url ?? '')
      }
    }
  }

  /**
   * Runs a command to its end, and says how it went. Never rejects.
   *
   * @param isDealtWith - told why it failed; if it returns `true`, that is not shown.
   */
  async run(
    command: PanelCommand,
    isDealtWith: (error: unknown) => boolean = () => false,
  ): Promise<void> {
    if (this.isBusy(command)) {
      this.tell('That is under way already.')
      return
    }
    const canceller = new AbortController()
    const running: RunningCommand = { command, canceller, progress: undefined }
    this.#running.add(running)
    this.tell('')
    let result: PanelCommandResult | undefined
    try {
      result = await this.#source?.run(command, {
        signal: canceller.signal,
        onProgress: (progress) => {
          running.progress = progress
          this.#change()
        },
      })
      if (result) this.#take(command, result)
    } catch (error) {
      if (canceller.signal.aborted) this.tell(describeError(error).message)
      else if (!isDealtWith(error)) this.report(noticeOf(failureTitleOf(command), error))
    } finally {
      this.#running.delete(running)
      this.#viewers.forEach((viewer) => viewer.onEnd(result))
      this.#change()
    }
  }

  /** Whether this very command is under way. */
  isBusy(command: PanelCommand): boolean {
    return [...this.#running].some((running) => isSame(running.command, command))
  }

  /**
   * What is under way that takes long.
   *
   * @param url - of the disk; `undefined` for what is of no disk that is known.
   */
  running(url: string | undefined): RunningCommand[] {
    return [...this.#running].filter(
      ({ command }) =>
        (command.type === 'verify' || command.type === 'export' || command.type === 'import') &&
        command.url === url,
    )
  }

  /** Says what was done. */
  tell(status: string): void {
    this.status = status
    this.#change()
  }

  /** Shows that something went wrong. */
  report(notice: PanelNotice): void {
    this.notices = withNotice(this.notices, notice)
    this.#change()
  }

  /** Takes a notice away. */
  dismiss(notice: PanelNotice): void {
    this.notices = this.notices.filter((other) => other !== notice)
    this.#change()
  }

  #take(command: PanelCommand, result: PanelCommandResult): void {
    if (result.type === 'ready') this.readiness.set(result.report.url, result.report)
    if (result.type === 'export' && command.type === 'export') {
      saveFile(result.archive, `${diskName(command.url)}.tar`)
    }
    this.tell(describeResult(command, result))
  }

  #change(): void {
    this.#viewers.forEach((viewer) => viewer.onChange())
  }
}

const runners = new WeakMap<PanelSource, CommandRunner>()

/** The one that belongs to a source. */
export function runnerOf(source: PanelSource): CommandRunner {
  const runner = runners.get(source) ?? new CommandRunner(source)
  runners.set(source, runner)
  return runner
}

/** Two imports are not the same: their files look alike in JSON. */
function isSame(one: PanelCommand, other: PanelCommand): boolean {
  return one.type !== 'import' && JSON.stringify(one) === JSON.stringify(other)
}
