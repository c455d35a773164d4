import type { OriginAccess } from './origin-access.ts'

type Asking = Pick<OriginAccess, 'use' | 'credentials' | 'fields'>

/** Whether what one reader may not have, the other may not have either. */
export function asksAlike(a: Asking, b: Asking): boolean {
  return askedBy(a) === askedBy(b)
}

function askedBy({ use, credentials, fields }: Asking): string {
  return JSON.stringify([use, credentials, fields])
}
