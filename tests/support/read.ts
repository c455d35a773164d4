import type { Page } from '@playwright/test'
import { readExerciserRange } from '../../src/demo/guests/exerciser-disk.ts'

/** What a page saw of a response. */
export interface SeenResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** SHA-256 of the body, in hex. */
  readonly digest: string
  readonly length: number
  readonly text: string
}

/** Fetches in the page, as an emulator would. */
export function read(
  page: Page,
  url: string,
  headers: Record<string, string> = {},
): Promise<SeenResponse> {
  return page.evaluate(
    async ([path, fields]) => {
      const response = await fetch(path, { headers: fields })
      const body = await response.arrayBuffer()
      const hash = await crypto.subtle.digest('SHA-256', body)
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        digest: Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join(
          '',
        ),
        length: body.byteLength,
        text: body.byteLength < 4096 ? new TextDecoder().decode(body) : '',
      }
    },
    [url, headers] as const,
  )
}

/** Reads bytes `[start, end)` of a disk in the page. */
export function readRange(
  page: Page,
  url: string,
  [start, end]: readonly [number, number],
): Promise<SeenResponse> {
  return read(page, url, { Range: `bytes=${start}-${end - 1}` })
}

/** SHA-256 of bytes `[start, end)` of an exerciser disk, in hex: what an honest answer has. */
export async function exerciserDigest(
  sectorCount: number,
  [start, end]: readonly [number, number],
): Promise<string> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (let at = start; at < end; at += 2 ** 20) {
    parts.push(readExerciserRange(sectorCount, at, Math.min(at + 2 ** 20, end)))
  }
  const hash = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer())
  return Buffer.from(hash).toString('hex')
}
