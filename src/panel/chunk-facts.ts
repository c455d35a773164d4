import { lastUsedAt, occasionsOf } from '../core/chunk-use.ts'
import { chunkBytes } from '../core/chunk-grid.ts'
import { formatAge } from './format-age.ts'
import { formatBytes } from './format-bytes.ts'
import { formatCount, formatCounted } from './format-count.ts'
import { chunkStateOf } from './map-model.ts'
import type { MapModel } from './map-model.ts'

const words = {
  missing: 'not stored',
  arriving: 'arriving',
  damaged: 'was damaged, not stored any more',
  stored: 'stored',
  zero: 'stored, all zero',
} as const

/** Name and value. */
export type Fact = readonly [name: string, value: string]

/** What is known of a chunk, in words. */
export function chunkFacts(model: MapModel, index: number, now: number): Fact[] {
  const { start, end } = chunkBytes(model.grid, index)
  const { kind, isPinned } = chunkStateOf(model, index)
  const isStored = kind === 'stored' || kind === 'zero'
  const page = model.pageOf(index)
  const use = page?.uses?.[index % 1024] ?? 0
  const at = (index % 1024) * 8
  const reads = model.heat.get(index) ?? 0
  return [
    ['Chunk', `${formatCount(index)} of ${formatCount(model.count)}`],
    ['Offset', `${formatCount(start)} (${formatBytes(start)}), ${formatBytes(end - start)} long`],
    ['State', words[kind] + (isPinned ? ', pinned' : '')],
    [
      'Last use',
      isStored && use > 0
        ? `${formatAge(lastUsedAt(use), now)}, on ${formatCounted(occasionsOf(use) + 1, 'occasion')}`
        : '–',
    ],
    ['Reads', `${formatCount(reads)} since the panel was opened`],
    ['SHA-256', isStored && page ? `${toHex(page.checksums.subarray(at, at + 8))}…` : '–'],
  ]
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
