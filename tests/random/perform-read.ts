import { askPage, gone, notePending } from './ask-page.ts'
import type { ReadRequest, SeenRead } from './browser/seen-read.ts'
import { judgeAnswer } from './judge-answer.ts'
import type { RightAnswer } from './judge-answer.ts'
import { expectBreak, expectReason, refusalCode } from './judge-refusal.ts'
import { locateBytes } from './locate-bytes.ts'
import type { ModelDisk } from './model-disk.ts'
import type { ReaderName } from './program.ts'
import { wasStopped } from './run.ts'
import type { Run } from './run.ts'
import { countAnswer } from './tally.ts'
import { Violation } from './violation.ts'

/** A read, resolved to what is sent. */
export interface Reading {
  readonly reader: ReaderName
  readonly disk: ModelDisk
  readonly method: 'GET' | 'HEAD'
  readonly range: string | undefined
  readonly leaveAfter?: number | undefined
}

/** How a read ended. */
export type ReadOutcome =
  | { readonly kind: 'answered'; readonly answer: RightAnswer; readonly seen: SeenRead }
  /** Refused, broken off, or never answered: with a reason. */
  | { readonly kind: 'failed'; readonly why: string }
  /** Let through, left, or its reader is gone: there is nothing more to say. */
  | { readonly kind: 'other' }

let lastId = 0

/** Reads, and judges what came. @throws {Violation} if it breaks a promise */
export async function performRead(run: Run, reading: Reading): Promise<ReadOutcome> {
  const { disk, method, range, leaveAfter } = reading
  while (run.reloading !== undefined) await run.reloading
  const client = clientOf(run, reading.reader)
  const before = run.sessions.of(client, disk)
  const request: ReadRequest = { id: ++lastId, url: disk.path, method, range, leaveAfter }
  const what = `${client} ${method} ${disk.name} ${range ?? 'whole'}`
  const asked = askPage(run, async ([reader, wanted]) => randomPage.read(reader, wanted), [
    reading.reader,
    request,
  ] as const)
  const seen = await notePending(run, what, asked)
  if (seen === gone || seen === undefined) return { kind: 'other' }
  run.trace(`${what}: ${describe(seen)}`)
  try {
    const outcome = judge(run, reading, seen)
    if (outcome.kind === 'answered' && method === 'GET')
      run.sessions.note(client, disk, { answer: outcome.answer, before })
    return outcome
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    const found = await locate(run, reading, { id: request.id, seen })
    throw new Violation(`${what}: ${error.message}\n  ${describe(seen)}${found}`, { cause: error })
  }
}

/** The client that a reader is now. */
export function clientOf({ lives }: Run, reader: ReaderName): string {
  return `${reader}#${lives.page}.${lives[reader]}`
}

function judge(run: Run, { disk, method, range }: Reading, seen: SeenRead): ReadOutcome {
  const { tally } = run
  tally.reads++
  if (seen.status === 0) {
    countAnswer(tally, 'network errors')
    expectBreak(seen, disk, wasStopped(run))
    return { kind: 'failed', why: 'network error' }
  }
  // When it is stopped just before it gets a request, Chromium sends that to the network itself.
  if (isPast(seen) && wasStopped(run)) {
    countAnswer(tally, 'past the stopped worker')
    return { kind: 'other' }
  }
  // Let through: a disk without validator is not ours, and neither is what is wrong with its answers.
  if (isPast(seen) && disk.faults.has('no-validator')) {
    countAnswer(tally, 'let through')
    return { kind: 'other' }
  }
  if (isPast(seen)) throw new Violation('the cache has not answered')
  if (seen.status !== 200 && seen.status !== 206 && seen.status !== 416) {
    const code = refusalCode(seen, method)
    countAnswer(tally, `${seen.status} ${code}`)
    expectReason(code, disk)
    return { kind: 'failed', why: code }
  }
  countAnswer(tally, seen.end === 'whole' ? String(seen.status) : `${seen.status} ${seen.end}`)
  const answer = judgeAnswer(seen, { method, range }, disk)
  tally.checkedBytes += answer.checkedBytes
  if (seen.end !== 'broken') return { kind: 'answered', answer, seen }
  expectBreak(seen, disk, wasStopped(run))
  return { kind: 'failed', why: 'broken off' }
}

/** Every answer that the worker makes has a `Cache-Status`. */
function isPast({ headers }: SeenRead): boolean {
  return headers['cache-status'] === undefined
}

function describe({ end, status, headers, length, text, error }: SeenRead): string {
  const fields = ['cache-status', 'etag', 'content-range', 'content-length']
  const told = fields.map((name) => `${name}: ${headers[name] ?? '-'}`).join(', ')
  return `${status} ${end}, ${length} bytes (${told}) ${error ?? ''}${text.slice(0, 400)}`
}

/** Where the bytes of a wrong body come from. */
async function locate(
  run: Run,
  { reader, disk }: Reading,
  { id, seen }: { id: number; seen: SeenRead },
): Promise<string> {
  const field = /^bytes (\d+)-/.exec(seen.headers['content-range'] ?? '')
  const body = await askPage(run, async ([name, wanted]) => randomPage.recall(name, wanted), [
    reader,
    id,
  ] as const).catch(() => undefined)
  if (typeof body !== 'string' || seen.parts !== undefined) return ''
  return `\n  ${locateBytes(Buffer.from(body, 'base64'), Number(field?.[1] ?? 0), disk)}`
}
