import { runBytes } from '../core/chunk-grid.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import type { ByteRange } from '../core/byte-range.ts'
import type { MapModel } from './map-model.ts'
import { paintBar } from './paint-bar.ts'
import { paintGrid, paintSign } from './paint-grid.ts'

/** Widths of a cell. */
const cellSizes = [8, 12, 16, 24] as const

/** Where a person is in the map, what is selected, and how that is painted. */
export class ChunkMap {
  url = ''
  /** The chunk that has the keyboard. */
  active = 0
  /** The chunk under the pointer. */
  hovered: number | undefined
  showsHeat = true
  columns = 1
  #zoom = 2
  #anchor: number | undefined
  #grid: HTMLElement | undefined
  #model: MapModel | undefined
  readonly #onChange: () => void

  /** @param onChange - told when something else is to be shown. */
  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  /** Shows a disk. */
  choose(url: string): void {
    if (url === this.url) return
    this.url = url
    this.#start()
  }

  /** What is selected; `undefined` if nothing is. */
  get selected(): ChunkRun | undefined {
    if (this.#anchor === undefined) return undefined
    const [first, last] = [this.#anchor, this.active].sort((a, b) => a - b)
    return { first: first ?? 0, end: (last ?? 0) + 1 }
  }

  /** The bytes of what is selected. */
  selectedRange(model: MapModel): ByteRange | undefined {
    return this.selected && runBytes(model.grid, this.selected)
  }

  /** Larger or smaller cells. */
  zoom(by: 1 | -1): void {
    this.#zoom = Math.min(cellSizes.length - 1, Math.max(0, this.#zoom + by))
    this.#onChange()
  }

  /** Whether {@link ChunkMap.zoom} would change anything. */
  canZoom(by: 1 | -1): boolean {
    return cellSizes[this.#zoom + by] !== undefined
  }

  /** Paints what has changed; to be called when the template is there. */
  paint(root: ParentNode, model: MapModel): void {
    if (this.#model?.grid !== model.grid) {
      // Another version may be shorter, or be cut otherwise.
      this.#start()
      this.#onChange()
    }
    this.#model = model
    const grid = root.querySelector<HTMLElement>('.grid')
    const [bar, cells, ...signs] = root.querySelectorAll<HTMLCanvasElement>('.map canvas')
    const rest = root.querySelector<HTMLElement>('.rest')
    if (grid === null || bar === undefined || cells === undefined || rest === null) return
    this.#grid = grid
    signs.forEach(paintSign)
    const cell = this.#cell
    const columns = Math.max(1, Math.floor(grid.clientWidth / cell))
    const rows = Math.ceil(model.count / columns)
    const height = Math.min(rows * cell, 20 * 16)
    grid.style.height = cells.style.height = `${height}px`
    rest.style.height = `${rows * cell - height}px`
    if (columns !== this.columns) {
      this.columns = columns
      this.#onChange()
    }
    const { active, selected, showsHeat } = this
    const top = grid.scrollTop
    paintGrid(cells, model, { cell, columns, top, active, selected, showsHeat })
    const first = Math.floor(top / cell) * columns
    const isWhole = rows * cell <= height
    paintBar(
      bar,
      model,
      isWhole ? undefined : { first, end: first + Math.ceil(height / cell) * columns },
    )
  }

  readonly onKey = (event: KeyboardEvent): void => {
    const { columns } = this
    const page = columns * Math.max(1, Math.floor((this.#grid?.clientHeight ?? 0) / this.#cell) - 1)
    const step = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      PageUp: -page,
      PageDown: page,
      Home: -Infinity,
      End: Infinity,
    }[event.key]
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    this.hovered = undefined
    this.#go(this.active + step, event.shiftKey)
    this.#reveal()
  }

  readonly onPointer = (event: PointerEvent): void => {
    const index = this.#indexAt(event)
    if (event.type === 'pointerleave' || index === undefined) {
      this.hovered = undefined
      this.#onChange()
    } else if (event.type === 'pointerdown') {
      // A finger scrolls; it selects where it taps.
      if (event.pointerType === 'mouse') this.#grid?.setPointerCapture(event.pointerId)
      this.#go(index, event.shiftKey)
      if (!event.shiftKey) this.#anchor = index
    } else {
      this.hovered = index
      if (event.buttons === 1 && event.pointerType === 'mouse') this.#go(index, true)
      else this.#onChange()
    }
  }

  /** A click into the bar goes there. */
  readonly onBar = ({ offsetX, currentTarget }: PointerEvent): void => {
    const share = offsetX / (currentTarget as HTMLElement).clientWidth
    this.#go(Math.floor(share * (this.#model?.count ?? 0)), false)
    this.#reveal()
  }

  #start(): void {
    this.active = 0
    this.#anchor = this.hovered = undefined
  }

  get #cell(): number {
    return cellSizes[this.#zoom] ?? 16
  }

  #go(to: number, isSelecting: boolean): void {
    const from = this.active
    this.active = Math.max(0, Math.min(to, (this.#model?.count ?? 1) - 1))
    this.#anchor = isSelecting ? (this.#anchor ?? from) : undefined
    this.#onChange()
  }

  #reveal(): void {
    const grid = this.#grid
    if (grid === undefined) return
    const top = Math.floor(this.active / this.columns) * this.#cell
    if (top < grid.scrollTop) grid.scrollTop = top
    else if (top + this.#cell > grid.scrollTop + grid.clientHeight) {
      grid.scrollTop = top + this.#cell - grid.clientHeight
    }
  }

  #indexAt({ clientX, clientY }: PointerEvent): number | undefined {
    const grid = this.#grid
    if (grid === undefined) return undefined
    const { left, top } = grid.getBoundingClientRect()
    const column = Math.floor((clientX - left) / this.#cell)
    const row = Math.floor((clientY - top + grid.scrollTop) / this.#cell)
    const index = row * this.columns + column
    const isInside = column >= 0 && column < this.columns && index < (this.#model?.count ?? 0)
    return isInside && index >= 0 ? index : undefined
  }
}
