import { formatBytes } from '../panel/format-bytes.ts'
import { formatCount, formatCounted } from '../panel/format-count.ts'
import { formatDuration } from '../panel/format-duration.ts'
import type { BootFigures } from './boot-figures.ts'
import { findElement } from './find-element.ts'
import type { NetworkTraffic } from './network-traffic.ts'

/** What is shown of a boot. */
export interface ShownBoot {
  /** `undefined` while there is no cache that counts. */
  readonly figures: BootFigures | undefined
  /** What origins were asked; `undefined` until it is known. */
  readonly traffic: NetworkTraffic | undefined
  /** Since the boot began, or what it took. */
  readonly elapsedMs: number
}

/** Makes the row of figures. @returns shows a boot in it. */
export function createBootFiguresView(): (boot: ShownBoot) => void {
  const reads = figureOf('boot-reads')
  const cache = figureOf('boot-cache')
  const network = figureOf('boot-network')
  const time = figureOf('boot-time')
  const share = findElement('boot-share', SVGRectElement)
  return ({ figures, traffic, elapsedMs }) => {
    time(formatDuration(elapsedMs), 'since Boot was pressed')
    const bytes = figures === undefined ? 0 : figures.cacheBytes + figures.networkBytes
    share.setAttribute('width', String(bytes === 0 ? 0 : (figures?.cacheBytes ?? 0) / bytes))
    share.ownerSVGElement?.classList.toggle('unread', bytes === 0)
    if (figures === undefined) {
      for (const figure of [reads, cache, network]) figure('–', 'not counted')
      return
    }
    reads(readsOf(figures), noteOnReads(figures))
    cache(formatBytes(figures.cacheBytes), 'of what the guest read')
    network(
      formatBytes(figures.networkBytes),
      traffic === undefined
        ? 'of what the guest read'
        : `${formatBytes(traffic.bytes)} fetched in ${formatCounted(traffic.requests, 'request')}`,
    )
  }
}

function readsOf({ reads, incomplete }: BootFigures): string {
  return incomplete ? `≥\u00a0${formatCount(reads)}` : formatCount(reads)
}

function noteOnReads({ hits, errors, errorCode }: BootFigures): string {
  if (errors === 0) return `${formatCount(hits)} without waiting`
  return `${formatCount(errors)} failed${errorCode === undefined ? '' : `: ${errorCode}`}`
}

function figureOf(id: string): (value: string, note: string) => void {
  const figure = findElement(id, HTMLElement)
  const value = figure.querySelector('.value')
  const note = figure.querySelector('.note')
  return (valueText, noteText) => {
    if (value !== null) value.textContent = valueText
    if (note !== null) note.textContent = noteText
  }
}
