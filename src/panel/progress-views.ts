import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import { actionButton } from './action-button.ts'
import { commandButton } from './command-button.ts'
import type { RunningCommand } from './command-runner.ts'
import { nameOf } from './describe-result.ts'
import { diskName } from './disk-name.ts'
import { formatBytes } from './format-bytes.ts'
import { formatTimeLeft } from './format-duration.ts'
import type { PanelActions } from './panel-actions.ts'
import type { PrefetchJob } from '../protocol/prefetch-jobs.ts'

interface Progress {
  readonly waitingFor?: string
  readonly label: string
  readonly state: string
  readonly done: number | undefined
  readonly total: number | undefined
  readonly bytesPerSecond: number
  readonly secondsLeft?: number | undefined
}

/** A prefetch that is not done, and what can be done with it. */
export function jobView(job: PrefetchJob, actions: PanelActions): TemplateResult {
  const { id, url, state, totalBytes, storedBytes, error } = job
  const name = diskName(url)
  const mayPause = state === 'running' || state === 'queued' || state === 'waiting'
  const type = mayPause ? 'pause' : 'resume'
  const subject = `prefetching ${name}`
  return html`<div class="progress">
    ${bar({ ...job, label: `Prefetching ${name}`, done: storedBytes, total: totalBytes })}
    ${commandButton(
      actions,
      { type, id },
      { label: mayPause ? 'Pause' : state === 'failed' ? 'Try again' : 'Resume', subject },
    )}
    ${commandButton(actions, { type: 'cancel', id }, { label: 'Cancel', subject })}
    ${error === undefined ? nothing : html`<p class="problem"><code>${error.code}</code> ${error.message}</p>`}
  </div>`
}

/** What the panel itself does, and how far that is. */
export function runningView({ command, progress, canceller }: RunningCommand): TemplateResult {
  const { doneBytes = 0, totalBytes = 0, bytesPerSecond = 0 } = progress ?? {}
  const verb = { verify: 'Verifying', export: 'Exporting', import: 'Importing' }[
    command.type as 'verify'
  ]
  const name = nameOf(command)
  return html`<div class="progress">
    ${bar({
      label: verb + name,
      state: 'running',
      done: progress && doneBytes,
      total: totalBytes,
      bytesPerSecond,
      secondsLeft: bytesPerSecond > 0 ? (totalBytes - doneBytes) / bytesPerSecond : undefined,
    })}
    ${actionButton({ label: 'Stop', subject: verb.toLowerCase() + name, onClick: () => canceller.abort() })}
  </div>`
}

function bar({
  label,
  state,
  waitingFor = '',
  done,
  total,
  bytesPerSecond,
  secondsLeft,
}: Progress): TemplateResult {
  const isKnown = done !== undefined && total !== undefined
  return html`<label
    ><span
      >${label}: ${state}
      ${waitingFor}${isKnown ? ` · ${formatBytes(done)} of ${formatBytes(total)}` : nothing}${
        bytesPerSecond > 0 ? ` · ${formatBytes(bytesPerSecond)}/s` : nothing
      }${secondsLeft === undefined || state === 'paused' ? nothing : ` · ${formatTimeLeft(secondsLeft)}`}</span
    >
    <progress max=${total || 1} .value=${done ?? 0}></progress
  ></label>`
}
