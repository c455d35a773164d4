import type { CSSResult } from 'lit'
import { controlStyles } from './control-styles.ts'
import { diskStyles } from './disk-styles.ts'
import { figureStyles } from './figure-styles.ts'
import { layoutStyles } from './layout-styles.ts'
import { tokens } from './tokens.ts'

/** All styles of the panel. */
export const panelStyles: CSSResult[] = [
  tokens,
  layoutStyles,
  controlStyles,
  figureStyles,
  diskStyles,
]
