import type { ChunkRun } from '../core/chunk-grid.ts'
import { takePen } from './canvas-pen.ts'
import { columnShares, singleRuns } from './map-model.ts'
import type { MapModel } from './map-model.ts'

/**
 * Paints the whole disk as one bar: what is stored, darker where more of a stretch is; what is arriving, from below; a
 * line above what is pinned, and one below what was read.
 *
 * @param shown - what the grid shows of it.
 */
export function paintBar(canvas: HTMLCanvasElement, model: MapModel, shown?: ChunkRun): void {
  const pen = takePen(canvas)
  if (pen === undefined) return
  const { context, width, height, colours } = pen
  const columns = Math.min(model.count, Math.floor(width))
  const step = width / columns
  const paint = (
    runs: Iterable<ChunkRun>,
    fill: string,
    [top, bottom]: readonly [number, number],
    least = 1,
  ): void => {
    context.fillStyle = fill
    columnShares(runs, model.count, columns).forEach((share, column) => {
      if (share === 0) return
      context.globalAlpha = Math.max(least, Math.min(1, 0.3 + 0.7 * share))
      context.fillRect(column * step, top, Math.max(1, step) + 0.3, bottom - top)
    })
    context.globalAlpha = 1
  }
  paint(model.stored, colours.hit, [0, height], 0.4)
  paint(singleRuns(model.arriving), colours.miss, [height / 2, height])
  paint(singleRuns(model.damaged), colours.error, [0, height])
  paint(singleRuns(model.heat.keys()), colours.heat, [height - 4, height])
  paint(model.pinned, colours.text, [0, 3])
  if (shown === undefined) return
  context.strokeStyle = colours.text
  context.lineWidth = 2
  const x = (shown.first / model.count) * width
  const end = (Math.min(shown.end, model.count) / model.count) * width
  context.strokeRect(x + 1, 1, Math.max(4, end - x - 2), height - 2)
}
