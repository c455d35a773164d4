import { diskCacheErrorCodes } from '../../src/core/errors.ts'
import type { SeenRead } from './browser/seen-read.ts'
import type { ModelDisk } from './model-disk.ts'
import { Violation } from './violation.ts'

/** Answers longer than this are streamed: only they may break off for what went wrong at the origin. */
const maxWholeBytes = 4 * 2 ** 20

const statuses = new Set([502, 503, 504])

/** The code of an answer that refuses. @throws {Violation} if it is not of the form that is promised */
export function refusalCode({ status, headers, text, end }: SeenRead, method: string): string {
  const detail = /;\s*detail="?([\w-]+)"?/.exec(headers['cache-status'] ?? '')?.[1]
  if (!statuses.has(status)) throw new Violation(`status ${status}: ${text.slice(0, 300)}`)
  if (headers['content-type'] !== 'application/problem+json')
    throw new Violation(`${status} with ${headers['content-type']}: ${text.slice(0, 300)}`)
  const isComplete = method !== 'HEAD' && end === 'whole'
  const problem = isComplete ? (JSON.parse(text) as { code: string; status: number }) : undefined
  const code = problem?.code ?? detail ?? ''
  if (problem !== undefined && problem.status !== status)
    throw new Violation(`${status} with a problem of status ${problem.status}`)
  if (!(diskCacheErrorCodes as readonly string[]).includes(code) || detail !== code)
    throw new Violation(`the code "${code}", and in Cache-Status "${detail}"`)
  return code
}

/** @throws {Violation} unless something that happened to the disk explains a failure with this code */
export function expectReason(code: string, disk: ModelDisk): void {
  const { faults, timeline } = disk
  if (code === 'disk-changed' && (timeline.length > 1 || faults.size > 0)) return
  if (code.startsWith('origin-') && faults.size > 0) return
  throw new Violation(`refused with "${code}", for no reason: ${describe(disk)}`)
}

/** @throws {Violation} unless something explains that an answer broke off, or never came */
export function expectBreak(seen: SeenRead, disk: ModelDisk, wasStopped: boolean): void {
  if (wasStopped) return
  const isStreamed = Number(seen.headers['content-length']) > maxWholeBytes
  if (isStreamed && (disk.faults.size > 0 || disk.timeline.length > 1)) return
  throw new Violation(
    `broke off after ${seen.length} bytes of ${seen.headers['content-length']}, for no reason ` +
      `(${seen.error}): ${describe(disk)}`,
  )
}

function describe({ faults, timeline }: ModelDisk): string {
  const changes = timeline.length === 1 ? 'never changed' : `versions ${timeline.join(', ')}`
  return `${changes}, faults: ${faults.size === 0 ? 'none' : [...faults].join(', ')}`
}
