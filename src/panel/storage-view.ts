import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import type { RankedChunk } from '../protocol/api.ts'
import { commandButton } from './command-button.ts'
import { diskName } from './disk-name.ts'
import { factList } from './fact-list.ts'
import { formatAge } from './format-age.ts'
import { formatBytes } from './format-bytes.ts'
import { formatCount, formatCounted } from './format-count.ts'
import { formatPercent } from './format-percent.ts'
import type { PanelActions } from './panel-actions.ts'
import type { PanelSnapshot } from './panel-source.ts'
import { planEvictions } from './plan-evictions.ts'
import type { EvictionPlan } from './plan-evictions.ts'

/** Chunks that are named as the next to go. */
const namedChunks = 5

/** How full the storage is, whether it is safe from the browser, and what would go. */
export function storageView(
  { storage }: PanelSnapshot,
  { order, trial }: { order: readonly RankedChunk[]; trial: { percent: number } },
  actions: PanelActions,
): TemplateResult {
  const { usage, quota, budget, persisted, resetAt } = storage
  const stored = storage.disks.reduce((sum, { bytes }) => sum + bytes, 0)
  const now = Date.now()
  const data = order.reduce((sum, { bytes }) => sum + bytes, 0)
  const tried = (data * trial.percent) / 100
  const next = order.slice(0, namedChunks).filter(({ isPinned }) => !isPinned)
  return html`${resetAt === undefined ? nothing : loss(formatAge(resetAt, now))}
    <div class="meters">
      ${meter('Disks', stored, budget, 'of the budget of')}
      ${meter('Whole site', usage, quota, 'of the browser’s limit, about')}
    </div>
    ${factList([
      ...storage.disks.map(({ url, bytes }) => [diskName(url), formatBytes(bytes)] as const),
      ['Lasting', persisted ? 'Yes: the browser does not clear it by itself' : ask(actions)],
    ])}
    <h3>What would go first</h3>
    <ol>
      ${next.map(
        ({ url, index, bytes, lastUsedAt }) =>
          html`<li>
            ${diskName(url)}, chunk ${formatCount(index)}
            <span class="note"
              >${formatBytes(bytes)},
              ${lastUsedAt > 0 ? `used ${formatAge(lastUsedAt, now)}` : 'never used'}</span
            >
          </li>`,
      )}
    </ol>
    <label
      >If the budget were ${formatBytes(tried)}
      <input
        type="range"
        min="0"
        max="100"
        .value=${String(trial.percent)}
        @input=${({ currentTarget }: Event) => {
          trial.percent = Number((currentTarget as HTMLInputElement).value)
          actions.update()
        }}
    /></label>
    <p class="note">${verdict(planEvictions(order, data - tried))}</p>`
}

function loss(age: string): TemplateResult {
  return html`<div class="notice">
    <p>
      <b>The browser threw away all that was stored, ${age}:</b> its database was damaged. Prefetch
      what has to boot offline.
    </p>
  </div>`
}

function verdict({ chunks, bytes, missing }: EvictionPlan): string {
  const disks = [...new Set(chunks.map(({ url }) => diskName(url)))].join(', ')
  const gone =
    chunks.length === 0
      ? 'Nothing would go.'
      : `${formatCounted(chunks.length, 'chunk')} of ${disks} would go, ${formatBytes(bytes)}.`
  return missing < 1 ? gone : `${gone} ${formatBytes(missing)} more are pinned, and stay.`
}

function meter(name: string, bytes: number, limitBytes: number, relation: string): TemplateResult {
  const share = limitBytes > 0 ? bytes / limitBytes : 0
  return html`<div>
    <span>${name} <b>${formatBytes(bytes)}</b></span>
    <meter
      aria-label=${name}
      aria-valuetext="${formatBytes(bytes)} ${relation} ${formatBytes(limitBytes)}"
      high="0.9"
      value=${share}
    ></meter>
    <span class="note">${formatPercent(share)} ${relation} ${formatBytes(limitBytes)}</span>
  </div>`
}

function ask(actions: PanelActions): TemplateResult {
  const command = { type: 'persist' } as const
  return html`No: the browser may clear it when space is short
  ${commandButton(actions, command, {
    label: 'Ask to keep',
    subject: 'what is stored',
    unavailable: actions.commands.isBusy(command) ? 'The browser is being asked' : undefined,
  })}`
}
