import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import type { DiskStatus } from '../protocol/reports.ts'
import { actionButton } from './action-button.ts'
import { commandButton } from './command-button.ts'
import { chunkFacts } from './chunk-facts.ts'
import type { ChunkMap } from './chunk-map.ts'
import { diskName } from './disk-name.ts'
import { factList } from './fact-list.ts'
import { formatBytes } from './format-bytes.ts'
import { formatCounted } from './format-count.ts'
import type { MapModel } from './map-model.ts'
import type { PanelActions } from './panel-actions.ts'
import type { EvictCommand, RangeCommand } from './panel-command.ts'

const legend = ['missing', 'arriving', 'stored', 'zero', 'pinned', 'damaged', 'read'] as const

/** The chunks of a disk. */
export function mapView(
  {
    disks,
    map,
    model,
  }: { disks: readonly DiskStatus[]; map: ChunkMap; model: MapModel | undefined },
  actions: PanelActions,
): TemplateResult {
  const name = diskName(map.url)
  return html`<div class="map">
    <div class="actions">
      <label
        >Disk
        <select
          @change=${({ currentTarget }: Event) =>
            actions.show('Map', (currentTarget as HTMLSelectElement).value)}
        >
          ${disks.map(
            ({ url }) =>
              html`<option value=${url} ?selected=${url === map.url}>${diskName(url)}</option>`,
          )}
        </select></label
      >
      ${zoomButton(map, -1)}${zoomButton(map, 1)}
      <label
        ><input
          type="checkbox"
          .checked=${map.showsHeat}
          @change=${() => {
            map.showsHeat = !map.showsHeat
            actions.update()
          }}
        />
        Reads</label
      >
    </div>
    ${model === undefined ? html`<p class="note">Not read yet.</p>` : body(map, model, { name, actions })}
  </div>`
}

function zoomButton(map: ChunkMap, by: 1 | -1): TemplateResult {
  return actionButton({
    label: by === 1 ? 'Larger' : 'Smaller',
    subject: 'cells',
    unavailable: map.canZoom(by) ? undefined : 'There is no other size',
    onClick: () => map.zoom(by),
  })
}

function body(
  map: ChunkMap,
  model: MapModel,
  { name, actions }: { name: string; actions: PanelActions },
): TemplateResult {
  const now = Date.now()
  const facts = chunkFacts(model, map.hovered ?? map.active, now)
  const label = chunkFacts(model, map.active, now)
    .map(([fact, value]) => `${fact} ${value}`)
    .join('; ')
  // Two cells in turn: that the active one is another element is what is told.
  const turn = map.active % 2
  return html`<canvas class="bar" aria-hidden="true" @pointerdown=${map.onBar}></canvas>
    <div
      class="grid"
      role="grid"
      tabindex="0"
      aria-label="Chunks of ${name}"
      aria-rowcount=${Math.ceil(model.count / map.columns)}
      aria-colcount=${map.columns}
      aria-multiselectable="true"
      aria-activedescendant="cell${turn}"
      @keydown=${map.onKey}
      @pointerdown=${map.onPointer}
      @pointermove=${map.onPointer}
      @pointerleave=${map.onPointer}
      @scroll=${actions.update}
    >
      <canvas aria-hidden="true"></canvas>
      <div class="rest"></div>
      ${[0, 1].map((at) => {
        const isActive = at === turn
        return html`<div role="row" aria-rowindex=${Math.floor(map.active / map.columns) + 1}>
          <div
            role="gridcell"
            id="cell${at}"
            class="unseen"
            aria-colindex=${(map.active % map.columns) + 1}
            aria-selected=${isActive && map.selected !== undefined}
          >
            ${isActive ? label : nothing}
          </div>
        </div>`
      })}
    </div>
    <ul class="legend" aria-label="Signs of the map">
      ${legend.map((kind) => html`<li><canvas class="sign" data-kind=${kind} aria-hidden="true"></canvas>${kind}</li>`)}
    </ul>
    ${factList(facts)} ${selection(map, model, { name, actions })}`
}

function selection(
  map: ChunkMap,
  model: MapModel,
  { name, actions }: { name: string; actions: PanelActions },
): TemplateResult {
  const { url } = map
  const range = map.selectedRange(model)
  const { first = 0, end = 0 } = map.selected ?? {}
  const button = (label: string, command: RangeCommand | EvictCommand): TemplateResult =>
    commandButton(actions, command, {
      label,
      subject: `selected chunks of ${name}`,
      unavailable: range === undefined ? 'No chunks are selected' : undefined,
    })
  const ranges = range ? [range] : []
  return html`<div class="actions selection">
    <span
      >${
        range === undefined
          ? 'Drag, or press Shift and an arrow, to select'
          : `${formatCounted(end - first, 'chunk')} selected, ${formatBytes(range.end - range.start)}`
      }</span
    >
    ${button('Prefetch', { type: 'prefetch', url, ranges, priority: 1 })}
    ${button('Pin', { type: 'pin', url, ranges })}
    ${button('Unpin', { type: 'unpin', url, ranges })}
    ${button('Evict', { type: 'evict', url, ranges })}
  </div>`
}
