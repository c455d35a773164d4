import { setTimeout as sleep } from 'node:timers/promises'

import type { DiskCache } from '../../src/protocol/api.ts'
import type { Run } from './run.ts'
import { Violation } from './violation.ts'

/** The page was reloaded, or ended, before it could answer. */
export const gone: unique symbol = Symbol('gone')

/** Runs a function in the page, which must not use anything but its parameter. */
export async function askPage<Argument, Result>(
  run: Run,
  question: (argument: Argument) => Promise<Result>,
  argument: Argument,
): Promise<Result | typeof gone> {
  const life = run.lives.page
  const { page } = run.site
  try {
    const ask = page.evaluate.bind(page) as (
      question: (argument: Argument) => Promise<Result>,
      argument: Argument,
    ) => Promise<Result>
    return await ask(question, argument)
  } catch (error) {
    // That the tab has ended may be heard of a little later than that it does not answer.
    for (let wait = 0; wait < 20; wait++) {
      if (run.site.isCrashed || run.lives.page !== life) return gone
      await sleep(50)
    }
    throw error
  }
}

/** Does `work`, and notes that it is being done. */
export async function notePending<Result>(
  { pending }: Run,
  what: string,
  work: Promise<Result>,
): Promise<Result> {
  pending.add(what)
  try {
    return await work
  } finally {
    pending.delete(what)
  }
}

/** A call of the page's API, by its name, and the path of the disk. */
export interface ApiCall {
  readonly name: 'status' | 'prefetch' | 'evict' | 'invalidate' | 'cache-invalidate' | 'clear'
  readonly path: string
  readonly options?: object
}

/** What came of a call. */
export type ApiReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string }

/** Calls the API of the page. @throws {Violation} when it rejects with what is no `DiskCacheError` */
export async function callApi(run: Run, call: ApiCall): Promise<ApiReply | typeof gone> {
  while (run.reloading !== undefined) await run.reloading
  const what = `${call.name} ${call.path}`
  const reply = await notePending(run, what, askPage(run, makeCall, call))
  if (reply === gone || reply.ok || reply.code !== '') return reply
  throw new Violation(`${call.name} rejected with no DiskCacheError: ${reply.message}`)
}

/** Runs in the page. */
const makeCall = async ({ name, path, options }: ApiCall): Promise<ApiReply> => {
  try {
    const cache: DiskCache = await sectorcache.ready
    const disk = cache.disk(path)
    if (name === 'clear') return { ok: true, value: await cache.clear() }
    if (name === 'cache-invalidate')
      return { ok: true, value: await cache.invalidate(options ?? {}) }
    const method = disk[name] as (options?: object) => Promise<unknown>
    return { ok: true, value: await method(options) }
  } catch (error) {
    const { name: kind, code, message } = error as { name: string; code: string; message: string }
    return { ok: false, code: kind === 'DiskCacheError' ? code : '', message }
  }
}
