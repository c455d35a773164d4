import { planText, withHeaders } from '../../src/demo/server/answer-plan.ts'
import {
  answerStatus,
  gzipRange,
  ignoreRange,
  noValidator,
  resetConnection,
  shortBody,
  stall,
  weakEtag,
  wrongContentRange,
  wrongTotal,
} from '../../src/demo/server/faults.ts'
import type { FaultTransform } from '../../src/demo/server/faults.ts'
import { otherEtag } from './model-disk.ts'
import type { FaultOperation } from './program.ts'

/** By how much `wrong-total` lengthens a disk. */
const wrongTotalBytes = 512

/** Whether `wrong-total` may have lengthened a disk by so many bytes: several may be at work at a time. */
export function isWrongTotal(surplusBytes: number): boolean {
  return surplusBytes >= 0 && surplusBytes % wrongTotalBytes === 0 && surplusBytes < 2 ** 14
}

/** The fault of an operation. @param released - lets stalls go */
export function makeFault(
  { fault, bytes }: FaultOperation,
  released: Promise<void>,
): FaultTransform {
  switch (fault) {
    case 'unavailable':
      return answerStatus(503)
    case 'not-found':
      return answerStatus(404)
    case 'reset':
      return resetConnection()
    case 'short-body':
      return shortBody(bytes + 1)
    case 'wrong-content-range':
      return wrongContentRange()
    case 'wrong-total':
      return wrongTotal(wrongTotalBytes)
    case 'other-etag':
      return secondServer
    case 'weak-etag':
      return weakEtag()
    case 'no-validator':
      return noValidator()
    case 'range-ignored':
      return ignoreRange({ withLength: true })
    case 'range-ignored-without-length':
      return ignoreRange({ withLength: false })
    case 'login-page':
      return loginPage
    case 'gzip':
      return gzipRange()
    case 'stall':
      return stall({ afterBytes: bytes, until: released })
  }
}

/** The same bytes under another ETag, which belongs to the version: it never stands for two contents. */
const secondServer: FaultTransform = (plan) => {
  const etag = plan.headers['ETag']
  return etag === undefined ? plan : withHeaders(plan, { ETag: otherEtag(etag) })
}

const loginPage: FaultTransform = () =>
  withHeaders(planText(200, '<h1>Who are you?</h1>'), { 'Content-Type': 'text/html' })
