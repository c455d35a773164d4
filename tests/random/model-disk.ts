import { createHash } from 'node:crypto'

import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import { makeContent } from './disk-content.ts'
import type { DiskChoice, FaultKind, SiteChoice, ValidatorKind } from './program.ts'

/** One version of a disk. */
export interface DiskVersion {
  /** From 1. */
  readonly number: number
  readonly bytes: Uint8Array
  readonly etag: string | undefined
  readonly lastModified: Date
}

/** A disk as the model knows it: every version that its origin ever had, and when. */
export interface ModelDisk {
  readonly name: string
  /** Path on its site. */
  readonly path: string
  readonly choice: DiskChoice
  readonly chunkBytes: number
  readonly versions: readonly DiskVersion[]
  /** The version of each epoch; the last one is there now. A version may come back. */
  readonly timeline: readonly number[]
  readonly current: DiskVersion
  /** Faults that were ever put to work on it. */
  readonly faults: Set<FaultKind>
  /** A new version, `growBytes` longer. */
  change(growBytes: number): void
  /** An older version, `back` epochs ago, or the first. */
  revert(back: number): void
}

const chunkBytesOf: Record<SiteChoice['chunkSize'], number> = {
  '4KiB': 4096,
  '64KiB': 65_536,
  '1MiB': 2 ** 20,
}

/** Long enough for a body that is streamed. */
const maxBytes = 5.5 * 2 ** 20

/** Makes a disk, and keeps `sources`, what the origin serves, up to date with it. */
export function createModelDisk(
  name: string,
  { choice, site }: { choice: DiskChoice; site: SiteChoice },
  sources: Map<string, DiskSource>,
): ModelDisk {
  const chunkBytes = chunkBytesOf[site.chunkSize]
  const versions: DiskVersion[] = []
  const timeline: number[] = []

  function make(sizeBytes: number): DiskVersion {
    const number = versions.length + 1
    const zeroBytes = choice.zeroes ? chunkBytes : 0
    const version = {
      number,
      bytes: makeContent({ version: number, sizeBytes, zeroBytes }),
      etag: etagOf(number, choice.validator),
      lastModified: new Date(Date.UTC(2026, 0, 1, 0, 0, number)),
    }
    versions.push(version)
    return version
  }

  function publish(version: DiskVersion): void {
    timeline.push(version.number)
    sources.set(name, toSource(version))
  }

  function current(): DiskVersion {
    return versions[(timeline.at(-1) ?? 1) - 1] ?? make(1)
  }

  publish(make(firstSize(choice, chunkBytes)))
  return {
    name,
    path: `/disks/${name}`,
    choice,
    chunkBytes,
    versions,
    timeline,
    get current() {
      return current()
    },
    faults: new Set(),
    change: (growBytes) => publish(make(clampSize(current().bytes.length + growBytes))),
    revert(back) {
      const number = timeline.at(-1 - back) ?? 1
      publish(versions[number - 1] ?? current())
    },
  }
}

/** SHA-256 of bytes `[start, end)` of a version, in hex. */
export function digestOf({ bytes }: DiskVersion, start: number, end: number): string {
  return createHash('sha256').update(bytes.subarray(start, end)).digest('hex')
}

/** The number of the version with this ETag, which a fault may have weakened or replaced. */
export function versionOfEtag(etag: string): number | undefined {
  const number = /^(?:W\/)?"v(\d+)(?:-other)?"$/.exec(etag)?.[1]
  return number === undefined ? undefined : Number(number)
}

/** What a second server would call the version with this ETag; it has just one other name. */
export function otherEtag(etag: string): string {
  return etag.replace(/(?:-other)?"$/, '-other"')
}

function etagOf(number: number, validator: ValidatorKind): string | undefined {
  if (validator === 'date') return undefined
  return validator === 'strong' ? `"v${number}"` : `W/"v${number}"`
}

function firstSize({ chunks, extraBytes }: DiskChoice, chunkBytes: number): number {
  // Large chunks are few, or every program would move many MiB.
  const count = chunkBytes < 2 ** 20 ? chunks : chunks % 5
  return clampSize(count * chunkBytes + extraBytes)
}

function clampSize(sizeBytes: number): number {
  return Math.min(Math.max(1, sizeBytes), maxBytes)
}

function toSource({ bytes, etag, lastModified }: DiskVersion): DiskSource {
  return {
    size: bytes.length,
    etag,
    lastModified,
    read: (start, end) => bytes.subarray(start, end),
  }
}
