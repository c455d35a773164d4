import { isDiskCacheError } from '../core/errors.ts'

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
  const message = error instanceof Error ? error.message : String(error)
  return isDiskCacheError(error) ? { title, code: error.code, message } : { title, message }
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
