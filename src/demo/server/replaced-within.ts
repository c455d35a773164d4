import { bytesOfPiece, planAnswer, withHeaders } from './answer-plan.ts'
import type { AnswerPlan, BodyPiece, DiskPiece } from './answer-plan.ts'
import type { DiskSource } from './disk-source.ts'
import { accessHeaders, type FaultedRequest, type FaultTransform } from './fault-transform.ts'

/**
 * What a reader sees when the file is replaced while its body is sent: the old file goes on, as after an atomic
 * rename; the connection breaks; or the bytes of the new content follow under the old headers, as when the file
 * is overwritten in place.
 */
export type ReplacementForm = 'goes-on' | 'breaks' | 'in-place'

/** How {@link replacedWithin} replaces the content. */
export interface Replacement {
  readonly form: ReplacementForm
  /** Bytes of the body that are sent before. @default 1000 */
  readonly afterBytes?: number
  /** Picks the answer in which it happens, by the `Range` header. @default the first one that is long enough */
  readonly within?: (range: string | undefined) => boolean
  /** The new content. @default {@link invertedDisk} */
  readonly nextOf?: (source: DiskSource) => DiskSource
}

/**
 * The content changes in the middle of a body. All answers that are begun after that are of the new content, those
 * of other readers too. Each disk is replaced once.
 */
export function replacedWithin({
  form,
  afterBytes = 1000,
  within = () => true,
  nextOf = invertedDisk,
}: Replacement): FaultTransform {
  const replaced = new Set<string>()
  return (plan, source, request) => {
    if (source === undefined) return plan
    const path = request.url.replace(/[?#].*$/s, '')
    const next = nextOf(source)
    if (replaced.has(path)) return planAnew(plan, next, request)
    const isLong = plan.body.reduce((sum, piece) => sum + bytesOfPiece(piece), 0) > afterBytes
    if (request.method !== 'GET' || !isLong || !within(request.range)) return plan
    return {
      ...plan,
      body: form === 'in-place' ? continueWith(plan.body, { next, afterBytes }) : plan.body,
      interruption: {
        afterBytes,
        until: form === 'breaks' ? 'reset' : Promise.resolve(),
        onReached: () => void replaced.add(path),
      },
    }
  }
}

/** Every byte of the disk inverted, with an entity tag of its own, changed a day later. */
export function invertedDisk(source: DiskSource): DiskSource {
  const { etag, lastModified } = source
  return {
    ...source,
    etag: etag?.replace(/"$/, '-inverted"'),
    lastModified: lastModified && new Date(lastModified.getTime() + 86_400_000),
    read: async (start, end) => (await source.read(start, end)).map((byte) => byte ^ 0xff),
  }
}

/** The answer to the same request, of another content. */
function planAnew(plan: AnswerPlan, next: DiskSource, request: FaultedRequest): AnswerPlan {
  const anew = planAnswer(request, next, plan.headers['Cache-Control'] ?? 'no-cache')
  const body = continueWith(anew.body, { next, afterBytes: 0 })
  return withHeaders({ ...anew, body }, accessHeaders(plan))
}

/** The body, of which what follows after so many bytes is read from another disk. */
function continueWith(
  body: readonly BodyPiece[],
  { next, afterBytes }: { next: DiskSource; afterBytes: number },
): BodyPiece[] {
  let bytesLeft = afterBytes
  return body.flatMap((piece): BodyPiece[] => {
    const kept = Math.min(bytesLeft, bytesOfPiece(piece))
    bytesLeft -= kept
    if (piece instanceof Uint8Array) return [piece]
    const middle = piece.start + kept
    const parts: DiskPiece[] = [
      { ...piece, end: middle },
      { ...piece, start: middle, from: next },
    ]
    return parts.filter(({ start, end }) => start < end)
  })
}
