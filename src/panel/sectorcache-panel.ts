import { LitElement, html } from 'lit'
import type { CSSResult, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit'
import type { DiskCacheEvent } from '../protocol/events.ts'
import { CommandRunner } from './command-runner.ts'
import { confirmDialog } from './confirm-dialog.ts'
import { diskName } from './disk-name.ts'
import { disksView } from './disks-view.ts'
import { figuresView } from './figures-view.ts'
import { noticeList } from './notice-list.ts'
import type { PanelActions } from './panel-actions.ts'
import type { PanelCommand, RemovalCommand } from './panel-command.ts'
import { noticeOf } from './panel-notice.ts'
import type { PanelSource } from './panel-source.ts'
import { SnapshotController } from './snapshot-controller.ts'
import { storageView } from './storage-view.ts'
import { panelStyles } from './styles/panel-styles.ts'

/**
 * `<sectorcache-panel>`: shows what a cache holds and did, and steers it.
 *
 * Give it a {@link PanelSource}. It costs nothing while it is out of the page, and takes no snapshots
 * while nobody can see it. Colours follow `color-scheme`; `--sectorcache-accent` changes the accent.
 *
 * @example
 * ```ts
 * import 'sectorcache/panel/define'
 * document.querySelector('sectorcache-panel').source = createPanelSource(cache)
 * ```
 */
export class SectorcachePanel extends LitElement {
  static override properties: PropertyDeclarations = {
    source: { attribute: false },
    pending: { state: true },
  }

  static override styles: CSSResult[] = panelStyles

  /** What to show. */
  declare source: PanelSource | undefined
  /** What the person is being asked about. */
  declare protected pending: RemovalCommand | undefined

  readonly #commands: CommandRunner = new CommandRunner(() => this.requestUpdate())
  readonly #snapshots: SnapshotController = new SnapshotController(this, {
    onEvents: (events) => this.#reportProblems(events),
    onError: (error) => {
      this.#commands.report(noticeOf('The state of the cache could not be read', error))
    },
  })

  readonly #actions: PanelActions = {
    prefetchOf: (url) => this.#commands.prefetchOf(url),
    cancelPrefetch: (url) => this.#commands.cancelPrefetch(url),
    isBusy: (command) => this.#commands.isBusy(command),
    dismiss: (notice) => this.#commands.dismiss(notice),
    run: (command) => void this.#run(command),
    confirm: (command) => {
      this.pending = command
    },
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('source')) this.#snapshots.follow(this.source)
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('pending') && this.pending !== undefined) this.#ask()
  }

  protected override render(): TemplateResult {
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">Disk cache</h2>
      <p class="status" role="status">${this.#commands.status}</p>
      ${noticeList(this.#commands.notices, this.#actions)} ${this.#content()}
      ${confirmDialog(this.pending, (confirmed) => this.#answer(confirmed))}
    </section>`
  }

  #content(): TemplateResult {
    const { snapshot } = this.#snapshots
    if (this.source === undefined) return html`<p class="empty">No cache is connected.</p>`
    if (snapshot === undefined) return html`<p class="empty">Asking the cache…</p>`
    return html`${figuresView(snapshot.stats)} ${storageView(snapshot.storage, this.#actions)}
    ${disksView(snapshot.disks, this.#actions)}`
  }

  async #run(command: PanelCommand): Promise<void> {
    if (this.source === undefined) return
    await this.#commands.run(this.source, command)
    this.#snapshots.refresh()
  }

  #ask(): void {
    const dialog = this.renderRoot.querySelector('dialog')
    if (dialog === null || dialog.open) return
    dialog.returnValue = ''
    dialog.showModal()
  }

  #answer(confirmed: boolean): void {
    const command = this.pending
    this.pending = undefined
    if (confirmed && command !== undefined) void this.#run(command)
  }

  #reportProblems(events: readonly DiskCacheEvent[]): void {
    for (const event of events) {
      if (event.type !== 'problem') continue
      const { code, message, url } = event
      const title = url === undefined ? 'Something went wrong' : `Trouble with ${diskName(url)}`
      this.#commands.report({ title, code, message })
    }
  }
}
