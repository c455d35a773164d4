import type { Page } from '@playwright/test'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import { createExerciserSource } from '../../src/demo/server/exerciser-source.ts'
import { invertedDisk } from '../../src/demo/server/replaced-within.ts'
import { describeFailure, mebibyte } from './bad-origin.ts'
import type { Part } from './bad-origin.ts'
import { expect } from './e2e-test.ts'
import { readRange } from './read.ts'

/** Two versions of one disk, which differ in every byte. */
export interface TwoVersions {
  readonly old: DiskSource
  readonly next: DiskSource
}

/** What tells the versions apart. */
export type ValidatorKind = 'strong ETags' | 'weak ETags' | 'only dates'

/** Bytes of both versions. */
export const versionBytes: number = 8 * mebibyte

/** Two versions of a disk with this kind of validator. */
export function createVersions(kind: ValidatorKind): TwoVersions {
  const source = createExerciserSource(versionBytes / 512)
  const etag =
    kind === 'only dates' ? undefined : kind === 'weak ETags' ? `W/${source.etag}` : source.etag
  const old = { ...source, etag }
  return { old, next: invertedDisk(old) }
}

/** A chunk. */
export function chunkAt(chunk: number): Part {
  return [chunk * mebibyte, (chunk + 1) * mebibyte]
}

/** Reads a part: of which version its bytes are, or how the read failed. */
export async function versionRead(
  page: Page,
  url: string,
  { part, versions: { old, next } }: { part: Part; versions: TwoVersions },
): Promise<string> {
  const seen = await readRange(page, url, part).catch(() => undefined)
  if (seen === undefined) return 'broken'
  if (seen.status !== 206) return describeFailure(seen)
  if (seen.digest === (await digestOf(old, part))) return 'old'
  return seen.digest === (await digestOf(next, part)) ? 'new' : 'a mixture'
}

/** Reads the whole disk in pieces that are answered whole, each of which must be of this version. */
export async function expectVersion(
  page: Page,
  url: string,
  { version, versions }: { version: 'old' | 'new'; versions: TwoVersions },
): Promise<void> {
  for (let start = 0; start < versionBytes; start += 2 * mebibyte) {
    const part: Part = [start, start + 2 * mebibyte]
    const seen = await versionRead(page, url, { part, versions })
    expect([start, seen]).toEqual([start, version])
  }
}

async function digestOf(source: DiskSource, [start, end]: Part): Promise<string> {
  const bytes = await source.read(start, end)
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes.slice())).toString('hex')
}
