import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Has Node collect all garbage now, as it may do at any time. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}
