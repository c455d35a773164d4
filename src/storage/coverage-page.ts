import { createBitmap, hasBit, setBit } from '../core/bitmap.ts'
import { firstUse, minuteOf } from '../core/chunk-use.ts'
import { checksumBytes, chunksPerPage } from './catalog-schema.ts'
import type { PageRecord } from './catalog-schema.ts'
import type { ChunkFacts } from './chunk-store.ts'

/** A page with its uses. */
export type UsedPage = PageRecord & { readonly uses: Uint32Array }

/** A page on which no chunk is stored. */
export function createPage(): PageRecord {
  return {
    present: createBitmap(chunksPerPage),
    zero: createBitmap(chunksPerPage),
    checksums: new Uint8Array(chunksPerPage * checksumBytes),
  }
}

/** A page whose uses can be noted. */
export function withUses(page: PageRecord): UsedPage {
  return { ...page, uses: page.uses ?? new Uint32Array(chunksPerPage) }
}

/** The use of chunk `index`; 0 where nobody kept that: it was used long ago. */
export function useOf({ uses }: PageRecord, index: number): number {
  return uses?.[index % chunksPerPage] ?? 0
}

/** The number of the page that chunk `index` is on. */
export function pageOf(index: number): number {
  return Math.floor(index / chunksPerPage)
}

/** Whether chunk `index` is stored. */
export function isPresent(page: PageRecord, index: number): boolean {
  return hasBit(page.present, index % chunksPerPage)
}

/** Whether chunk `index` is stored as a flag only, because it is all zero. */
export function isZero(page: PageRecord, index: number): boolean {
  return hasBit(page.zero, index % chunksPerPage)
}

/** The checksum of chunk `index`; meaningless if it is not stored. */
export function checksumOf(page: PageRecord, index: number): Uint8Array {
  const at = (index % chunksPerPage) * checksumBytes
  return page.checksums.subarray(at, at + checksumBytes)
}

/** Marks a chunk as stored, in place. */
export function markStored(page: PageRecord, chunk: Omit<ChunkFacts, 'digest'>): void {
  const slot = chunk.index % chunksPerPage
  page.uses?.fill(firstUse(minuteOf(Date.now())), slot, slot + 1)
  setBit(page.present, slot)
  setBit(page.zero, slot, chunk.zero)
  page.checksums.set(chunk.checksum, slot * checksumBytes)
}

/** Marks chunk `index` as not stored, in place. */
export function markMissing(page: PageRecord, index: number): void {
  const slot = index % chunksPerPage
  setBit(page.present, slot, false)
  setBit(page.zero, slot, false)
}
