import type { ReadRequest, SeenPart, SeenRead } from './seen-read.ts'
import { splitMultipart } from './split-multipart.ts'

/** Bodies that are kept, so that one that is wrong can be looked at. */
const keptBodies = 8

const bodies = new Map<number, Uint8Array<ArrayBuffer>>()

/** A disk that is not there: the cache answers for it too, so that it shows whether requests go through it. */
export const probe: ReadRequest = {
  id: 0,
  url: '/disks/probe',
  method: 'GET',
  range: 'bytes=0-0',
  leaveAfter: undefined,
}

/** Reads as an emulator would, and tells what came. Never rejects. */
export async function readDisk(request: ReadRequest): Promise<SeenRead> {
  const controller = new AbortController()
  let response: Response
  try {
    response = await fetch(request.url, {
      method: request.method,
      signal: controller.signal,
      ...(request.range !== undefined && { headers: { Range: request.range } }),
    })
  } catch (error) {
    return { ...nothing, error: String(error) }
  }
  const { end, body, error } = await readBody(response, controller, request)
  keep(request.id, body)
  const contentType = response.headers.get('Content-Type') ?? ''
  const isMultipart = response.status === 206 && contentType.startsWith('multipart/')
  return {
    end,
    status: response.status,
    headers: Object.fromEntries(response.headers),
    length: body.byteLength,
    digest: await digestOf(body),
    text: response.status >= 400 ? new TextDecoder().decode(body.subarray(0, 4096)) : '',
    parts: isMultipart && end === 'whole' ? await partsOf(body, contentType) : undefined,
    error,
  }
}

/** The body of a read, in base64, if it is one of the last. */
export function recallBody(id: number): string | undefined {
  const body = bodies.get(id)
  if (body === undefined) return undefined
  let text = ''
  for (let at = 0; at < body.byteLength; at += 8192)
    text += String.fromCharCode(...body.subarray(at, at + 8192))
  return btoa(text)
}

const nothing: SeenRead = {
  end: 'broken',
  status: 0,
  headers: {},
  length: 0,
  digest: '',
  text: '',
  parts: undefined,
  error: undefined,
}

interface ReadBody {
  readonly end: SeenRead['end']
  readonly body: Uint8Array<ArrayBuffer>
  readonly error: string | undefined
}

async function readBody(
  response: Response,
  controller: AbortController,
  { leaveAfter = Infinity }: ReadRequest,
): Promise<ReadBody> {
  const received: Uint8Array[] = []
  let length = 0
  const ended = (end: SeenRead['end'], error?: unknown): ReadBody => ({
    end,
    body: join(received, length),
    error: error === undefined ? undefined : String(error),
  })
  const reader = response.body?.getReader()
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done || value === undefined) return ended('whole')
      received.push(value)
      length += value.byteLength
      if (length >= leaveAfter) {
        controller.abort()
        return ended('left')
      }
    }
  } catch (error) {
    return ended('broken', error)
  }
}

async function partsOf(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<SeenPart[] | string> {
  const parts = splitMultipart(body, contentType)
  if (typeof parts === 'string') return parts
  return Promise.all(
    parts.map(async ({ bytes, ...part }) => ({
      ...part,
      length: bytes.byteLength,
      digest: await digestOf(bytes),
    })),
  )
}

function keep(id: number, body: Uint8Array<ArrayBuffer>): void {
  bodies.set(id, body)
  for (const old of bodies.keys()) if (bodies.size > keptBodies) bodies.delete(old)
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
