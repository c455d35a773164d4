import type { DropIn } from '../../src/page/drop-in.ts'

declare global {
  /** On pages with the drop-in script. */
  var sectorcache: DropIn
}
