import type { EvictionReport } from '../protocol/reports.ts'

/** What is reported of nothing. */
export const nothingEvicted: EvictionReport = { generations: 0, chunks: 0, bytes: 0 }

/** A report with what another generation has lost. */
export function addEviction(
  report: EvictionReport,
  more: { readonly chunks: number; readonly bytes: number },
): EvictionReport {
  return {
    generations: report.generations + 1,
    chunks: report.chunks + more.chunks,
    bytes: report.bytes + more.bytes,
  }
}
