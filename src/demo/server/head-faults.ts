import { planText, withHeaders } from './answer-plan.ts'
import { accessHeaders, without, type FaultTransform } from './fault-transform.ts'

/** Refuses HEAD, as signed URLs and some applications do. */
export function refuseHead(status: 403 | 405 = 405): FaultTransform {
  return (plan, _source, { method }) =>
    method === 'HEAD'
      ? withHeaders(planText(status, 'HEAD is not for disks.'), accessHeaders(plan))
      : plan
}

/** Tells to a HEAD how long the disk would be if it were compressed. @param gzipBytes - that length */
export function gzipHead(gzipBytes = 12_345): FaultTransform {
  return (plan, _source, { method }) => {
    if (method !== 'HEAD' || plan.status !== 200) return plan
    const headers = without(plan.headers, 'Accept-Ranges')
    return withHeaders(
      { ...plan, headers },
      { 'Content-Encoding': 'gzip', 'Content-Length': String(gzipBytes), Vary: 'Accept-Encoding' },
    )
  }
}
