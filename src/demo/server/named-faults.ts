import type { FaultTransform } from './fault-transform.ts'
import {
  answerStatus,
  changedEtag,
  gzipRange,
  ignoreRange,
  noValidator,
  onlyDates,
  redirectTo,
  resetConnection,
  shortBody,
  slowDrip,
  stall,
  weakEtag,
  wrongContentRange,
  wrongTotal,
} from './faults.ts'
import { gzipHead, refuseHead } from './head-faults.ts'
import {
  ignoreIfRange,
  longBody,
  multipartForOne,
  shorterRange,
  unknownTotal,
} from './range-faults.ts'
import { replacedWithin } from './replaced-within.ts'

const never = new Promise<void>(() => undefined)

/** Every fault with parameters that show it, by the name that the command line knows. */
const namedFaults: Readonly<Record<string, () => FaultTransform>> = {
  'range-ignored': () => ignoreRange({ withLength: true }),
  'range-ignored-no-length': () => ignoreRange({ withLength: false }),
  'if-range-ignored': () => ignoreIfRange(),
  'weak-etag': () => weakEtag(),
  'changed-etag': () => changedEtag(),
  'only-dates': () => onlyDates(),
  'no-validator': () => noValidator(),
  'head-refused': () => refuseHead(),
  'head-gzip': () => gzipHead(),
  'total-star': () => unknownTotal(),
  'total-wrong': () => wrongTotal(),
  'content-range-wrong': () => wrongContentRange(),
  'body-short': () => shortBody(1000),
  'body-long': () => longBody(),
  'range-shorter': () => shorterRange(),
  'multipart-for-one': () => multipartForOne(),
  'range-gzip': () => gzipRange(),
  reset: () => resetConnection(),
  stall: () => stall({ afterBytes: 1000, until: never }),
  'slow-drip': () => slowDrip(),
  'status-404': () => answerStatus(404),
  'status-416': () => answerStatus(416),
  'status-429': () => answerStatus(429, 60),
  'status-503': () => answerStatus(503, 60),
  redirect: () => redirectTo('?redirected'),
  'replaced-goes-on': () => replacedWithin({ form: 'goes-on' }),
  'replaced-breaks': () => replacedWithin({ form: 'breaks' }),
  'replaced-in-place': () => replacedWithin({ form: 'in-place' }),
}

/** All names, related ones beside each other. */
export const FAULT_NAMES: readonly string[] = Object.keys(namedFaults)

/**
 * Makes the fault of this name.
 *
 * @throws RangeError when there is none of that name; the message lists all names
 */
export function createNamedFault(name: string): FaultTransform {
  const create = FAULT_NAMES.includes(name) ? namedFaults[name] : undefined
  if (create !== undefined) return create()
  throw new RangeError(`there is no fault ${name}; there are ${FAULT_NAMES.join(', ')}`)
}
