/** A canvas, ready to be painted in CSS pixels, and the colours of the theme. */
export interface Pen {
  readonly context: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
  readonly colours: Colours
}

/** Colours by what they mean. */
export interface Colours {
  readonly hit: string
  readonly miss: string
  readonly error: string
  readonly line: string
  readonly text: string
  readonly heat: string
}

/**
 * Makes a canvas as large as it is shown, and empty. Its colours are properties of its style that a canvas has no use
 * for: so they follow the theme.
 *
 * @returns `undefined` while it is not shown.
 */
export function takePen(canvas: HTMLCanvasElement): Pen | undefined {
  const { clientWidth: width, clientHeight: height } = canvas
  const context = canvas.getContext('2d')
  const view = canvas.ownerDocument.defaultView
  if (context === null || view === null || width === 0 || height === 0) return undefined
  const scale = view.devicePixelRatio
  const [columns, rows] = [Math.round(width * scale), Math.round(height * scale)]
  // Another size takes new memory; it is rare.
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns
    canvas.height = rows
  }
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  const style = view.getComputedStyle(canvas)
  const colours = {
    hit: style.color,
    miss: style.caretColor,
    error: style.columnRuleColor,
    line: style.outlineColor,
    text: style.textDecorationColor,
    heat: style.getPropertyValue('-webkit-text-fill-color'),
  }
  return { context, width, height, colours }
}
