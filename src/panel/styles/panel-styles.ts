import { controlStyles } from './control-styles.ts'
import { layoutStyles } from './layout-styles.ts'
import { markStyles } from './mark-styles.ts'
import { tokens } from './tokens.ts'

/** All styles of the panel. */
export const panelStyles: string = tokens + layoutStyles + controlStyles + markStyles
