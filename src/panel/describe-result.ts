import type { VerifyReport } from '../protocol/api.ts'
import type { ImportReport } from '../protocol/archive.ts'
import type { EvictionReport, UpdateReport } from '../protocol/reports.ts'
import { diskName } from './disk-name.ts'
import { formatBytes } from './format-bytes.ts'
import { formatCounted } from './format-count.ts'
import type { PanelCommand, PanelCommandResult } from './panel-command.ts'

/** A command that went wrong, as the title of a notice. */
export function failureTitleOf(command: PanelCommand): string {
  return `Could not ${command.type}${nameOf(command)}`
}

/** What a command is for, after a space: the file of an import, by which it is told apart, or the disk; empty if it is for neither. */
export function nameOf(command: PanelCommand): string {
  if (command.type === 'import' && 'name' in command.archive)
    return ` ${String(command.archive.name)}`
  return 'url' in command && command.url ? ` ${diskName(command.url)}` : ''
}

/** What a command did, in one sentence for the live region; empty where that is to be seen anyway. */
export function describeResult(command: PanelCommand, result: PanelCommandResult): string {
  const name = nameOf(command)
  switch (result.type) {
    case 'pin':
      return `Pinned${name}: it stays.`
    case 'unpin':
      return `Unpinned${name}.`
    case 'evict':
      return describeRemoval('Evicted', result.report)
    case 'invalidate':
      return describeRemoval('Invalidated', result.report)
    case 'clear':
      return describeRemoval('Cleared', result.report)
    case 'update':
      return describeUpdate(name, result.report)
    case 'activate':
      return `Sessions that begin now read the new version of${name}.`
    case 'refresh':
      return `The worker has forgotten${name}, and looks it up anew.`
    case 'verify':
      return describeVerify(name, result.report)
    case 'ready': {
      const { url, ready, problems } = result.report
      const verdict = `${diskName(url)} ${ready ? 'boots' : 'does not boot'} offline.`
      return [verdict, ...problems.map(({ message }) => message)].join(' ')
    }
    case 'export':
      return `Exported${name}: the browser saves ${formatBytes(result.archive.size)}.`
    case 'import':
      return describeImport(result.report)
    case 'record':
      return result.profile
        ? `Recorded a boot of${name}: ${formatCounted(result.profile.reads.length, 'read')}.`
        : `Recording${name}: boot it, then stop.`
    case 'persist':
      return result.persisted
        ? 'The browser will keep what is stored.'
        : 'The browser did not agree.'
    default:
      return ''
  }
}

function describeRemoval(verb: string, { chunks, bytes, pinnedBytes }: EvictionReport): string {
  const kept = pinnedBytes ? ` ${formatBytes(pinnedBytes)} stay: they are pinned.` : ''
  return chunks === 0
    ? `${verb}: there was nothing stored.${kept}`
    : `${verb} ${formatCounted(chunks, 'chunk')}: ${formatBytes(bytes)} freed.${kept}`
}

function describeUpdate(
  name: string,
  { found, state, bytesToFetch, bytesTakenOver }: UpdateReport,
): string {
  if (found === 'same') return `The origin still has this version of${name}.`
  const taken = bytesTakenOver > 0 ? `${formatBytes(bytesTakenOver)} taken over, ` : ''
  return `A new version of${name} is ${state}: ${taken}${formatBytes(bytesToFetch)} to fetch.`
}

function describeImport({
  url,
  state,
  importedBytes,
  presentBytes,
  missingBytes,
}: ImportReport): string {
  const waits = state === 'active' ? '' : ` That version is ${state}.`
  return `Imported ${diskName(url)}: ${formatBytes(importedBytes)} new, ${formatBytes(presentBytes)} were stored, ${formatBytes(missingBytes)} are missing.${waits}`
}

function describeVerify(name: string, report: VerifyReport): string {
  const bad = report.damagedBytes + report.missingBytes
  const checked = `Verified${name}: ${formatBytes(report.checkedBytes)}`
  return bad === 0
    ? `${checked}, all as they were stored.`
    : `${checked}, of which ${formatBytes(bad)} were damaged or missing; ${formatBytes(report.repairedBytes)} fetched again.`
}
