import { createBootRecorder } from '../core/boot-profile.ts'
import type { BootRecorder } from '../core/boot-profile.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { etagOf } from '../core/generation-identity.ts'
import { isGlance, quietMs, surelyOverAt } from '../storage/boot-catalog.ts'
import type { BootCatalog } from '../storage/boot-catalog.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'
import { createRecentMap } from '../storage/recent-map.ts'

/** Writes down what each session reads first. */
export interface BootNotes {
  /** A client reads. The hot path: two look-ups, mostly. */
  note(record: GenerationRecord, clientId: string, read: ByteRange): void
  /** Writes what was noted. Never rejects. */
  flush(): Promise<void>
  /** Forgets what was noted, and for whom. */
  clear(): void
}

/** What is noted is written so often: that much is lost when the worker is killed. */
const flushMs = 1_000

/** Clients and disks that are remembered; of others the catalog knows. */
const maxNotes = 256

/** No boot reads so much at a time: somebody downloads the disk. */
const maxReadBytes = 4 * 1024 * 1024

interface Boot {
  readonly record: GenerationRecord
  readonly clientId: string
  recorder: BootRecorder
  startedAt: number
  isUnwritten: boolean
}

/**
 * Makes the {@link BootNotes} of a worker.
 *
 * @param onRest - the first boot has come to rest, and no other one is under way: time for what would be in its way.
 */
export function createBootNotes(
  catalog: Pick<BootCatalog, 'note'>,
  onRest: () => Promise<void>,
): BootNotes {
  /** A number: it came to rest, and is surely over then. */
  const known = createRecentMap<string, Boot | number>(maxNotes)
  const open = new Set<Boot>()
  let timer: ReturnType<typeof setInterval> | undefined
  let [hasRested, isTold] = [false, false]

  async function write(boot: Boot): Promise<void> {
    const { record, clientId, recorder, startedAt } = boot
    const lastNewAt = recorder.lastNewMs ?? startedAt
    const isOver = Date.now() - lastNewAt >= quietMs
    if (!boot.isUnwritten && !isOver) return
    boot.isUnwritten = false
    const { url, identity } = record
    const etag = etagOf(identity.validator)
    const { sizeBytes } = identity
    const profile = recorder.profile({ sizeBytes, ...(etag !== undefined && { etag }) })
    const isWaiting = isOver && isGlance({ profile })
    const noted = { url, clientId, startedAt, lastNewAt, profile }
    if (isOver) close(boot, isWaiting ? undefined : surelyOverAt(noted))
    const isOne = await catalog.note({ ...noted, ...(isOver && !isWaiting && { isOver }) })
    if (!isOne) close(boot, 0)
    hasRested ||= isOver && !isWaiting
  }

  /** @param overAt - when it is surely over; `undefined` where the client has but looked what there is. */
  function close(boot: Boot, overAt: number | undefined): void {
    open.delete(boot)
    const key = keyOf(boot.record, boot.clientId)
    if (overAt === undefined) known.delete(key)
    else known.set(key, overAt)
  }

  async function flush(): Promise<void> {
    await Promise.all([...open].map((boot) => write(boot).catch(() => undefined)))
    if (open.size > 0) return
    clearInterval(timer)
    timer = undefined
    if (!hasRested || isTold) return
    isTold = true
    onRest().catch(() => undefined)
  }

  return {
    note(record, clientId, read) {
      if (clientId === '' || read.end - read.start > maxReadBytes) return
      const key = keyOf(record, clientId)
      let boot = known.get(key)
      const nowMs = Date.now()
      if (typeof boot === 'number') {
        if (nowMs >= boot) return
        boot = undefined
      }
      if (boot === undefined) {
        const recorder = createBootRecorder()
        boot = { record, clientId, recorder, startedAt: nowMs, isUnwritten: false }
        known.set(key, boot)
        open.add(boot)
      }
      const { lastNewMs } = boot.recorder
      boot.recorder.note(read, nowMs)
      boot.isUnwritten ||= boot.recorder.lastNewMs !== lastNewMs
      timer ??= setInterval(() => void flush(), flushMs)
    },
    flush,
    clear() {
      known.clear()
      open.clear()
    },
  }
}

function keyOf({ url }: GenerationRecord, clientId: string): string {
  return `${clientId} ${url}`
}
