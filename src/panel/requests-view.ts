import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import { actionButton } from './action-button.ts'
import { diskName } from './disk-name.ts'
import { formatBytes } from './format-bytes.ts'
import { formatCount } from './format-count.ts'
import { formatDuration } from './format-duration.ts'
import { outcomes } from './outcomes.ts'
import type { PanelActions } from './panel-actions.ts'
import { matchesFilter } from './request-log.ts'
import type { LoggedRead, RequestFilter, RequestLog } from './request-log.ts'

/** Rows that are shown: more could not be read, and each costs in every frame. */
const shownRows = 100

/** What a person sees of the requests. */
export interface RequestsState {
  filter: RequestFilter
  /** What there was when it was stopped. */
  paused: readonly LoggedRead[] | undefined
}

/** The last reads, as they come. */
export function requestsView(
  log: RequestLog,
  state: RequestsState,
  actions: PanelActions,
): TemplateResult {
  const kept = state.paused ?? log.newest()
  const { filter } = state
  const found = kept.filter((read) => matchesFilter(read, filter))
  const rows = found.slice(0, shownRows)
  const set = (change: Partial<RequestFilter>): void => {
    // Of now, not of the last frame: there may have been another change since.
    state.filter = { ...state.filter, ...change }
    actions.update()
  }
  return html`<div class="actions">
      <label
        >Outcome
        <select
          @change=${({ currentTarget }: Event) =>
            set({
              outcome: (currentTarget as HTMLSelectElement).value as RequestFilter['outcome'],
            })}
        >
          <option value="" .selected=${filter.outcome === ''}>all</option>
          ${outcomes.map(({ outcome }) => html`<option .selected=${outcome === filter.outcome}>${outcome}</option>`)}
        </select></label
      >
      <label
        >Filter
        <input
          type="search"
          placeholder="disk or client"
          .value=${filter.text}
          @input=${({ currentTarget }: Event) =>
            set({ text: (currentTarget as HTMLInputElement).value })}
      /></label>
      ${actionButton({
        label: state.paused ? 'Go on' : 'Pause',
        subject: 'showing requests',
        onClick() {
          state.paused = state.paused ? undefined : log.newest()
          actions.update()
        },
      })}
      ${actionButton({
        label: 'Copy',
        subject: 'these requests as JSON',
        onClick: ({ view }) => copy(found, view, actions),
      })}
    </div>
    <div class="scroll" tabindex="0" role="region" aria-label="Requests">
      <table>
        <thead>
          <tr>
            ${['Time', 'Disk', 'Bytes', 'Outcome', 'Cache', 'Network', 'Took', 'Client'].map(
              (name) => html`<th scope="col">${name}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map(row)}
        </tbody>
      </table>
    </div>
    <p class="note">
      ${
        log.count === 0
          ? 'Nothing was read since the panel was opened.'
          : `The last ${formatCount(rows.length)}${filter.outcome || filter.text ? ' that match' : ''} of ${formatCount(log.count)} since the panel was opened${state.paused ? '; paused' : ''}.`
      }
    </p>`
}

function row(read: LoggedRead): TemplateResult {
  const { at, url, range, status, outcome, cacheBytes, originBytes, durationMs, clientId, code } =
    read
  return html`<tr>
    <td>${new Date(at).toTimeString().slice(0, 8)}</td>
    <td title=${url}>${diskName(url)}</td>
    <td>
      ${range === undefined ? `status ${status}` : `${formatCount(range.start)}–${formatCount(range.end - 1)}`}
    </td>
    <td>
      <i class="sign ${outcome}" aria-hidden="true"></i
      >${outcome}${code === undefined ? nothing : html` <code>${code}</code>`}
    </td>
    <td>${bytesOf(cacheBytes)}</td>
    <td>${bytesOf(originBytes)}</td>
    <td>${formatDuration(durationMs)}</td>
    <td title=${clientId}>${clientId.slice(0, 8) || '–'}</td>
  </tr>`
}

function bytesOf(count: number): string {
  return count === 0 ? '–' : formatBytes(count)
}

/** @param view - the window in which that was clicked: no other one may write to the clipboard. */
async function copy(
  reads: readonly LoggedRead[],
  view: Window | null,
  { commands }: PanelActions,
): Promise<void> {
  try {
    await view?.navigator.clipboard.writeText(JSON.stringify(reads, undefined, 2))
    commands.tell(`Copied ${formatCount(reads.length)} requests as JSON.`)
  } catch {
    commands.tell('The browser did not allow that: click into the panel first.')
  }
}
