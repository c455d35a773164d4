import type { Page } from '@playwright/test'
import { expect } from './e2e-test.ts'
import { exerciserDigest, readRange } from './read.ts'
import type { SeenResponse } from './read.ts'

/** Bytes of a chunk. */
export const mebibyte: number = 2 ** 20

/** A disk of eight chunks. */
export const disk = {
  name: 'exerciser-8MiB.img',
  url: '/disks/exerciser-8MiB.img',
  sizeBytes: 8 * mebibyte,
} as const

/** Bytes `[start, end)` of a disk. */
export type Part = readonly [number, number]

/** The fourth chunk. */
export const wanted: Part = [3 * mebibyte, 4 * mebibyte]

/** What is asked for the fourth chunk. */
export const wantedRequest: string = requestFor(wanted)

/** How the origin's log shows a request for `[start, end)`. */
export function requestFor([start, end]: Part): string {
  return `GET bytes=${start}-${end - 1}`
}

/** SHA-256 of the disk's own bytes. */
export function rightDigest(part: Part): Promise<string> {
  return exerciserDigest(disk.sizeBytes / 512, part)
}

/** Reads the wanted bytes, and says how the read went in few words: `right`, or status and error code. */
export async function tryWanted(tab: Page): Promise<string> {
  const seen = await readRange(tab, disk.url, wanted)
  if (seen.status === 206 && seen.digest === (await rightDigest(wanted))) return 'right'
  return describeFailure(seen)
}

/** Status and error code of an answer that is a problem document. */
export function describeFailure({ status, headers, text }: SeenResponse): string {
  if (headers['content-type'] !== 'application/problem+json') return `${status} without a problem`
  const { code } = JSON.parse(text) as { code: string }
  return `${status} ${code}`
}

/** Bytes of the disk's active generation that are stored. */
export function storedBytes(tab: Page, url: string = disk.url): Promise<number> {
  return tab.evaluate(
    async (path) => (await (await sectorcache.ready).disk(path).status()).storedBytes,
    url,
  )
}

/** Reads the whole disk in pieces that are answered whole, and compares each. */
export async function expectWholeDiskRight(tab: Page): Promise<void> {
  for (let start = 0; start < disk.sizeBytes; start += 2 * mebibyte) {
    const part: Part = [start, start + 2 * mebibyte]
    const seen = await readRange(tab, disk.url, part)
    expect([start, seen.status, seen.digest]).toEqual([start, 206, await rightDigest(part)])
  }
}
