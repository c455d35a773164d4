import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import { actionButton } from './action-button.ts'
import { ChunkMap } from './chunk-map.ts'
import { CommandRunner, runnerOf } from './command-runner.ts'
import { confirmationOf } from './confirmation.ts'
import { disksView } from './disks-view.ts'
import { faultBanner, faultsView } from './faults-view.ts'
import { figuresView, paintTraffic } from './figures-view.ts'
import { mapView } from './map-view.ts'
import { FrameElement } from './frame-element.ts'
import { importAnyway } from './import-anyway.ts'
import { noticeList } from './notice-list.ts'
import { openWindow } from './open-window.ts'
import { paintBar } from './paint-bar.ts'
import { noDisks } from './no-disks.ts'
import type { PanelActions, PanelView } from './panel-actions.ts'
import type { PanelCommand, PanelCommandResult } from './panel-command.ts'
import { noticeOf, problemsOf } from './panel-notice.ts'
import { pickFile } from './pick-file.ts'
import type { PanelSnapshot, PanelSource } from './panel-source.ts'
import { PanelStore } from './panel-store.ts'
import { Question } from './question.ts'
import { requestsView } from './requests-view.ts'
import type { RequestsState } from './requests-view.ts'
import { storageView } from './storage-view.ts'
import { tabList } from './tab-list.ts'

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
 *
 * @fires close - the person wants it closed; only where it is `closable`.
 */
export class SectorcachePanel extends FrameElement {
  /** Whether it has a button that closes it. */
  closable = false
  #source: PanelSource | undefined
  #view: PanelView = 'Disks'
  readonly #question = new Question(this.root, this.requestUpdate)
  readonly #map = new ChunkMap(this.requestUpdate)
  readonly #requests: RequestsState = { filter: { outcome: '', text: '' }, paused: undefined }
  readonly #trial = { percent: 50 }
  readonly #viewer = {
    onChange: this.requestUpdate,
    onEnd: (result?: PanelCommandResult) => {
      if (result?.type === 'verify') this.#store.noteDamage(result.report)
      this.#store.refresh()
    },
  }
  readonly #store: PanelStore = new PanelStore(this, {
    onEvents: (events) => {
      const { commands } = this.#actions
      commands.hear(events)
      problemsOf(events).forEach((notice) => commands.report(notice))
    },
    onError: (error) => {
      this.#actions.commands.report(noticeOf('The state of the cache could not be read', error))
    },
  })
  readonly #resizes = new ResizeObserver(this.requestUpdate)
  #tick: ReturnType<typeof setTimeout> | undefined

  readonly #actions: PanelActions & { commands: CommandRunner } = {
    commands: new CommandRunner(),
    run: (command) => this.#order(command),
    load: (url) =>
      pickFile(this.ownerDocument, (archive) =>
        this.#order({ type: 'import', archive, ...(url && { url }) }),
      ),
    show: (view, url) => {
      this.#view = view
      if (url !== undefined) this.#map.choose(url)
      this.requestUpdate()
    },
    update: this.requestUpdate,
  }

  /** What to show. */
  get source(): PanelSource | undefined {
    return this.#source
  }

  set source(source: PanelSource | undefined) {
    this.#source = source
    // What was asked or held of the other one is not of this.
    this.#requests.paused = undefined
    this.#question.withdraw()
    this.#actions.commands.leave(this.#viewer)
    this.#actions.commands = source ? runnerOf(source) : new CommandRunner()
    if (this.isConnected) this.#actions.commands.join(this.#viewer)
    this.#store.follow(source)
    this.requestUpdate()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#actions.commands.join(this.#viewer)
    this.#store.connect()
    this.#resizes.observe(this)
  }

  disconnectedCallback(): void {
    this.#question.withdraw()
    this.#actions.commands.leave(this.#viewer)
    this.#store.disconnect()
    this.#resizes.disconnect()
    clearTimeout(this.#tick)
  }

  protected override render(): TemplateResult {
    const { snapshot } = this.#store
    if (snapshot) this.#wantWhatIsShown(snapshot.disks)
    return html`<section class="panel" aria-labelledby="title">
      <header>
        <h2 id="title">Disk cache</h2>
        ${
          this.ownerDocument === document
            ? actionButton({
                label: 'Pop out',
                subject: 'into a window of its own',
                onClick: () => this.#popOut(),
              })
            : nothing
        }
        ${
          this.closable
            ? actionButton({
                label: 'Close',
                subject: 'the panel',
                onClick: () => this.dispatchEvent(new Event('close')),
              })
            : nothing
        }
      </header>
      ${tabList(this.#view, this.#actions)}
      <div role="status">${snapshot && faultBanner(snapshot.faults, this.#actions)}</div>
      ${noticeList(this.#actions)}
      <div
        class="view ${this.#view}"
        id="view"
        role="tabpanel"
        tabindex="-1"
        aria-labelledby=${this.#view}
      >
        ${snapshot === undefined ? html`<p class="note">${this.source ? 'Asking the cache…' : 'No cache is connected.'}</p>` : this.#content(snapshot)}
      </div>
      <p class="status" role="status">${this.#actions.commands.status}</p>
      ${this.#question.render((command) => this.#run(command))}
    </section>`
  }

  protected override get focusHolder(): HTMLElement | null {
    return this.root.querySelector('#view')
  }

  protected override rendered(): void {
    const { root } = this
    this.#question.open()
    const model = this.#store.modelOf(this.#map.url)
    if (this.#view === 'Map' && model) this.#map.paint(root, model)
    for (const canvas of root.querySelectorAll<HTMLCanvasElement>('.disk canvas')) {
      const ofDisk = this.#store.modelOf(canvas.dataset['url'] ?? '')
      if (ofDisk) paintBar(canvas, ofDisk)
    }
    const spark = root.querySelector<HTMLCanvasElement>('.spark')
    if (spark === null) return
    const minute = this.#store.traffic.lastMinute(performance.now())
    paintTraffic(spark, minute)
    clearTimeout(this.#tick)
    if (minute.some(({ reads }) => reads > 0)) this.#tick = setTimeout(this.requestUpdate, 1000)
  }

  /** Only what is shown is looked at. */
  #wantWhatIsShown(disks: PanelSnapshot['disks']): void {
    if (!disks.some(({ url }) => url === this.#map.url)) this.#map.choose(disks[0]?.url ?? '')
    this.#store.want(this.#view === 'Map' ? this.#map.url : this.#view === 'Storage' ? 'order' : '')
  }

  #content(snapshot: PanelSnapshot): TemplateResult {
    const { disks, stats } = snapshot
    switch (this.#view) {
      case 'Disks':
        return disksView(snapshot, this.#actions)
      case 'Map':
        if (disks.length === 0) return noDisks
        return mapView(
          { disks, map: this.#map, model: this.#store.modelOf(this.#map.url) },
          this.#actions,
        )
      case 'Requests':
        return requestsView(this.#store.requests, this.#requests, this.#actions)
      case 'Figures':
        return figuresView(stats, this.#store.traffic.lastMinute(performance.now()))
      case 'Storage':
        return storageView(
          snapshot,
          { order: this.#store.evictionOrder, trial: this.#trial },
          this.#actions,
        )
      case 'Faults':
        return faultsView(snapshot, this.#actions)
    }
  }

  #order(command: PanelCommand): void {
    if (confirmationOf(command) === undefined) void this.#run(command)
    else this.#question.ask(command)
  }

  #run(command: PanelCommand): Promise<void> {
    return this.#actions.commands.run(command, (error) => {
      const next = importAnyway(command, error)
      // Nobody is there to be asked, or is being asked something else: the buttons must not change under the pointer.
      if (next === undefined || this.#question.isOpen || !this.isConnected) return false
      this.#order(next)
      return true
    })
  }

  #popOut(): void {
    const panel = document.createElement(this.localName) as SectorcachePanel
    panel.source = this.source
    panel.#view = this.#view
    panel.#map.choose(this.#map.url)
    if (!openWindow(panel)) {
      this.#actions.commands.tell('The browser opened no window: allow pop-ups.')
    } else if (this.closable) this.dispatchEvent(new Event('close'))
  }
}
