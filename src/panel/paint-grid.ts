import type { ChunkRun } from '../core/chunk-grid.ts'
import { takePen } from './canvas-pen.ts'
import type { Colours } from './canvas-pen.ts'
import { chunkStateOf } from './map-model.ts'
import type { ChunkState, MapModel } from './map-model.ts'

/** What the grid shows beside the chunks. */
export interface GridMarks {
  /** Width of a cell. */
  readonly cell: number
  /** Cells in a row. */
  readonly columns: number
  /** How far it is scrolled. */
  readonly top: number
  readonly active: number
  readonly selected: ChunkRun | undefined
  readonly showsHeat: boolean
}

/** Paints the cells that can be seen: it costs the same however many there are. */
export function paintGrid(canvas: HTMLCanvasElement, model: MapModel, marks: GridMarks): void {
  const pen = takePen(canvas)
  if (pen === undefined) return
  const { context, height, colours } = pen
  const { cell, columns, top, selected } = marks
  const first = Math.floor(top / cell) * columns
  const end = Math.min(model.count, Math.ceil((top + height) / cell) * columns)
  for (let index = first; index < end; index++) {
    const x = (index % columns) * cell
    const y = Math.floor(index / columns) * cell - top
    const state = chunkStateOf(model, index)
    paintCell(context, colours, {
      ...state,
      heat: marks.showsHeat ? state.heat : 0,
      x: x + 1,
      y: y + 1,
      size: cell - 2,
    })
    const isSelected = selected && index >= selected.first && index < selected.end
    if (!isSelected && index !== marks.active) continue
    context.strokeStyle = colours.text
    context.lineWidth = index === marks.active ? 3 : 1.5
    context.strokeRect(x + 0.75, y + 0.75, cell - 1.5, cell - 1.5)
  }
}

/** Paints the sign of a kind of chunk, for the legend. */
export function paintSign(canvas: HTMLCanvasElement): void {
  const pen = takePen(canvas)
  const { kind = '' } = canvas.dataset
  if (pen === undefined) return
  const isState = kind !== 'pinned' && kind !== 'read'
  paintCell(pen.context, pen.colours, {
    kind: isState ? (kind as ChunkState['kind']) : kind === 'read' ? 'stored' : 'missing',
    isPinned: kind === 'pinned',
    heat: kind === 'read' ? 3 : 0,
    x: 0,
    y: 0,
    size: pen.width,
  })
}

interface Cell extends ChunkState {
  readonly x: number
  readonly y: number
  readonly size: number
}

/** Told apart by form as well as by colour. */
function paintCell(
  context: CanvasRenderingContext2D,
  colours: Colours,
  { kind, isPinned, heat, x, y, size }: Cell,
): void {
  const half = size / 2
  const fill = (colour: string, ...points: readonly number[]): void => {
    context.fillStyle = colour
    context.beginPath()
    for (let at = 0; at < points.length; at += 2) {
      context.lineTo(x + (points[at] ?? 0), y + (points[at + 1] ?? 0))
    }
    context.fill()
  }
  const square = [0, 0, size, 0, size, size, 0, size]
  context.lineWidth = 1
  context.strokeStyle = kind === 'zero' ? colours.hit : colours.line
  if (kind === 'stored') fill(colours.hit, ...square)
  else if (kind === 'damaged') fill(colours.error, ...square)
  else context.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1)
  if (kind === 'zero')
    fill(colours.hit, 2, half - 1, size - 2, half - 1, size - 2, half + 1, 2, half + 1)
  if (kind === 'arriving') fill(colours.miss, 0, 0, size, size, 0, size)
  if (kind === 'damaged') {
    context.strokeStyle = '#fff'
    context.beginPath()
    context.moveTo(x + 2, y + 2)
    context.lineTo(x + size - 2, y + size - 2)
    context.moveTo(x + size - 2, y + 2)
    context.lineTo(x + 2, y + size - 2)
    context.stroke()
  }
  if (heat > 0) {
    context.fillStyle = colours.heat
    context.beginPath()
    context.arc(x + half, y + half, (half * (heat + 1)) / 6.5, 0, 7)
    context.fill()
  }
  if (isPinned) fill(colours.text, half, 0, size, 0, size, half)
}
