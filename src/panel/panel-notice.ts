import type { DiskCacheError } from '../core/errors.ts'
import type { DiskCacheEvent } from '../protocol/events.ts'
import { diskName } from './disk-name.ts'

/** Something that went wrong, as the panel shows it. */
export interface PanelNotice {
  /** What was being done: `Prefetching linux.img failed`. */
  readonly title: string
  /** An error code of sectorcache; `undefined` for anything else. */
  readonly code?: string
  /** What happened and what to do about it. */
  readonly message: string
}

/** Puts a thrown value into words. */
export function noticeOf(title: string, error: unknown): PanelNotice {
  const { code, message } = describeError(error)
  return { title, message, ...(code && { code }) }
}

/** What went wrong without anybody having ordered it. */
export function problemsOf(events: readonly DiskCacheEvent[]): PanelNotice[] {
  return events.flatMap((event) => {
    if (event.type !== 'problem') return []
    const { code, message, url } = event
    const title = url === undefined ? 'Something went wrong' : `Trouble with ${diskName(url)}`
    return [{ title, code, message }]
  })
}

/** The message of a thrown value, and its code if it is one of ours: also one that a newer page made. */
export function describeError(error: unknown): {
  readonly code?: DiskCacheError['code']
  readonly message: string
} {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message } = error
  return name === 'DiskCacheError' ? { code: (error as DiskCacheError).code, message } : { message }
}

/** The notices with one more; the same trouble again moves to the end instead of piling up. */
export function withNotice(
  notices: readonly PanelNotice[],
  notice: PanelNotice,
  limit = 4,
): PanelNotice[] {
  const others = notices.filter(
    ({ title, code, message }) =>
      title !== notice.title || code !== notice.code || message !== notice.message,
  )
  return [...others, notice].slice(-limit)
}
