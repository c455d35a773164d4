import type { WorkloadNews } from './browser/workload.ts'

/**
 * What the browser's refusal has led to, if this is one, in a few words, so that they can be counted: nobody but the browser
 * wants anything given up, and nothing is stored then without it.
 */
export function quotaKindOf(news: WorkloadNews): string | undefined {
  if (news.kind === 'evicted') return 'room was made'
  if (news.kind === 'refused') return news.code === 'quota-exceeded' ? news.call : undefined
  if (news.kind !== 'problem' || news.code !== 'quota-exceeded') return undefined
  // What there was room for is the budget from then on.
  if (news.message.startsWith('The budget of')) return 'Keeping to what there was room for'
  return /^([^:]*): the browser gives/.exec(news.message)?.[1] ?? 'Another problem'
}
