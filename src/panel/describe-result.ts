import type { EvictionReport, PrefetchReport } from '../protocol/reports.ts'
import { diskName } from './disk-name.ts'
import { formatBytes } from './format-bytes.ts'
import { formatCounted } from './format-count.ts'
import type { PanelCommandResult } from './panel-command.ts'

/** What a command did, in one sentence for the live region. */
export function describeResult(result: PanelCommandResult): string {
  switch (result.type) {
    case 'prefetch':
      return describePrefetch(result.report)
    case 'evict':
      return describeRemoval('Evicted', result.report)
    case 'invalidate':
      return describeRemoval('Invalidated', result.report)
    case 'clear':
      return describeRemoval('Cleared', result.report)
    case 'persist':
      return result.persisted
        ? 'The browser will keep what is stored.'
        : 'The browser did not agree to keep what is stored. Installing or bookmarking the site may help.'
  }
}

function describePrefetch({ url, totalBytes, fetchedBytes }: PrefetchReport): string {
  const name = diskName(url)
  return fetchedBytes === 0
    ? `${name} was stored already: nothing had to be fetched.`
    : `Prefetched ${name}: fetched ${formatBytes(fetchedBytes)}, all ${formatBytes(totalBytes)} are stored.`
}

function describeRemoval(verb: string, { chunks, bytes }: EvictionReport): string {
  return chunks === 0
    ? `${verb}: there was nothing stored.`
    : `${verb} ${formatCounted(chunks, 'chunk')}, ${formatBytes(bytes)}.`
}
