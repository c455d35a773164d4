import { faultContent, versionOfEtag } from '../fault-disk.ts'

const contents = new Map<number, Uint8Array>()

/** What came of a read. */
export interface CheckedRead {
  /** `right`; the status and error code of a refusal, such as `503 disk-changed`; or `broken` for a network error. */
  readonly kind: string
  readonly etag: string | undefined
  readonly bytes: number
  /** What is wrong with it. */
  readonly wrong?: string
}

/** A read of the bytes `[start, end)`. */
export interface ReadPlan {
  readonly url: string
  readonly start: number
  readonly end: number
  readonly cache?: RequestCache
  /** Stops to read after so many bytes, until the test has done what it wants to do then. */
  readonly pauseAt?: number
}

/** Reads a range as an emulator would, and compares each byte with the version that the answer names. */
export async function readChecked(
  { url, start, end, cache, pauseAt }: ReadPlan,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<CheckedRead> {
  let response: Response
  let body: Uint8Array
  try {
    const headers = { Range: `bytes=${start}-${end - 1}` }
    const mode = cache === 'only-if-cached' ? 'same-origin' : 'cors'
    response = await fetch(url, { headers, mode, ...(cache && { cache }) })
    body =
      pauseAt === undefined
        ? new Uint8Array(await response.arrayBuffer())
        : await readWithPause(response, pauseAt, pause)
  } catch {
    return { kind: 'broken', etag: undefined, bytes: 0 }
  }
  const etag = response.headers.get('etag') ?? undefined
  if (response.status !== 206) return refused(response, body)
  const what = `bytes ${start}-${end - 1} of ${etag}`
  const isServed = response.headers.has('cache-status')
  const wrong = isServed ? findWrong(body, { start, end, etag }) : 'was not answered by the worker'
  const seen = { kind: 'right', etag, bytes: body.byteLength }
  return wrong === undefined ? seen : { ...seen, wrong: `${what}: ${wrong}` }
}

async function readWithPause(
  { body }: Response,
  pauseAt: number,
  pause: () => Promise<void>,
): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  const reader = body?.getReader()
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true }
    if (done || value === undefined) break
    if (length <= pauseAt && length + value.length > pauseAt) await pause()
    parts.push(value)
    length += value.length
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

function refused(response: Response, body: Uint8Array): CheckedRead {
  const text = new TextDecoder().decode(body)
  const isProblem = response.headers.get('content-type') === 'application/problem+json'
  const { code } = isProblem ? (JSON.parse(text) as { code: string }) : { code: 'no problem' }
  const kind = `${response.status} ${code}`
  const wrong = isProblem && response.status >= 500 ? undefined : `was answered ${kind}`
  return { kind, etag: undefined, bytes: 0, ...(wrong && { wrong }) }
}

function findWrong(
  body: Uint8Array,
  { start, end, etag }: { start: number; end: number; etag: string | undefined },
): string | undefined {
  if (body.byteLength !== end - start) return `cut short at ${body.byteLength} without an error`
  const version = versionOfEtag(etag)
  if (Number.isNaN(version)) return 'a version that never was'
  const content = contents.get(version) ?? faultContent(version)
  contents.set(version, content)
  const at = body.findIndex((byte, index) => byte !== content[start + index])
  if (at === -1) return undefined
  const isEmpty = body.every((byte) => byte === 0)
  return `byte ${start + at} is wrong${isEmpty ? ', and all of them are zero' : ''}`
}
