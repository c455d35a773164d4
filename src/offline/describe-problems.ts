import { totalBytesOf } from '../core/byte-range.ts'
import type { OfflineProblem, OfflineReport, ShellReport } from '../protocol/offline-report.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import type { StoredFinding } from './check-stored.ts'

/** What was found out. */
export interface ReadyFacts {
  readonly url: string
  readonly shell: ShellReport
  readonly source: OfflineReport['profile']['source']
  readonly record: GenerationRecord | undefined
  readonly stored: StoredFinding
  readonly persisted: boolean
  /** Whether somebody has read the disk in this browser: by then a page has loaded its emulator. */
  readonly hasBooted: boolean
}

/** Says what is in the way of booting offline, and what should be known; the former first. */
export function describeProblems(facts: ReadyFacts): OfflineProblem[] {
  return [...blocking(facts), ...noteworthy(facts)]
}

function blocking({ url, shell, record, stored, hasBooted }: ReadyFacts): OfflineProblem[] {
  const problems: OfflineProblem[] = []
  const add = (code: OfflineProblem['code'], message: string): void =>
    void problems.push({ code, message, isBlocking: true })
  if (navigator.serviceWorker.controller === null) {
    add(
      'not-controlled',
      'This page does not go through the worker: reload it, without the shift key.',
    )
  }
  if (record === undefined) add('disk-unknown', `Nothing of ${url} is stored: prefetch() it.`)
  const missingBytes = totalBytesOf(stored.missing)
  const intactBytes = missingBytes - stored.damagedBytes
  if (intactBytes > 0) {
    const of = `${intactBytes} of the ${stored.totalBytes} bytes that a boot needs`
    add('not-stored', `${of} are not stored: prefetch() them.`)
  }
  if (stored.damagedBytes > 0) {
    const what = `${stored.damagedBytes} bytes were stored, but were not what they should be, and were given up`
    add('damaged', `${what}: prefetch() fetches them again.`)
  }
  if (record?.needsValidation) {
    const why = 'The disk was written to, so the next session asks its origin first'
    add('needs-validation', `${why}: update() asks now.`)
  }
  if (shell.state === 'missing') {
    const files = shell.missing.join(', ')
    add(
      'shell-missing',
      `The page does not open offline: these are not kept: ${files}. Reload it once.`,
    )
  }
  // One that is clicked on first may load its emulator only then: what was never loaded is not kept.
  if (shell.state === 'stored' && !hasBooted) {
    const why = 'so what the page loads only then may not be kept'
    add('never-booted', `Nobody has booted from ${url} in this browser, ${why}: boot it once.`)
  }
  return problems
}

function noteworthy({ shell, source, persisted }: ReadyFacts): OfflineProblem[] {
  const problems: OfflineProblem[] = []
  const add = (code: OfflineProblem['code'], message: string): void =>
    void problems.push({ code, message, isBlocking: false })
  if (shell.state === 'unknown') {
    const why = 'The worker keeps no pages (it is your own, or "shell" is off)'
    add('shell-unknown', `${why}: whether this one opens offline is not known here.`)
  }
  if (source === 'none') {
    const how = 'boot it once, or publish <disk>.boot.json'
    add('no-profile', `No boot of the disk was recorded, so all of it is needed: ${how}.`)
  }
  if (source === 'unfinished') {
    const how = 'leave a booted guest alone for 20 s, or use recordBoot()'
    add(
      'boot-unfinished',
      `No recorded boot has come to rest, so the whole disk is needed: ${how}.`,
    )
  }
  if (!persisted) {
    const risk = 'The browser may clear what is stored when it needs room'
    add('not-persisted', `${risk}: persist() asks it not to.`)
  }
  return problems
}
