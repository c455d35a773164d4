import { settled } from './settled.ts'

/** A generation of a disk, as the catalog has it. */
export interface KeptGeneration {
  readonly id: string
  readonly state: string
  readonly etag?: string
  /** Chunks whose bit is on, ascending. */
  readonly chunks: readonly number[]
}

interface GenerationRecord {
  readonly id: string
  readonly url: string
  readonly state: string
  readonly identity: { readonly validator: { readonly etag?: string } }
}

/** Reads what is kept of a disk, of all generations, with none of the cache's own code. */
export async function readKept(url: string): Promise<KeptGeneration[]> {
  const db = await settled(indexedDB.open('sectorcache'))
  try {
    const transaction = db.transaction(['generations', 'pages'])
    const pages = transaction.objectStore('pages')
    const [records, keys, values] = await Promise.all([
      settled<GenerationRecord[]>(transaction.objectStore('generations').getAll()),
      settled(pages.getAllKeys()),
      settled<{ present: Uint8Array }[]>(pages.getAll()),
    ])
    const { href } = new URL(url, location.href)
    return records
      .filter((record) => record.url === href)
      .map(({ id, state, identity: { validator } }) => ({
        id,
        state,
        ...(validator.etag !== undefined && { etag: validator.etag }),
        chunks: values.flatMap(({ present }, at) => {
          const [generation, number] = keys[at] as [string, number]
          return generation === id ? bitsOf(present, number * present.length * 8) : []
        }),
      }))
  } finally {
    db.close()
  }
}

function bitsOf(bitmap: Uint8Array, first: number): number[] {
  const bits: number[] = []
  for (let bit = 0; bit < bitmap.length * 8; bit++) {
    if (((bitmap[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0) bits.push(first + bit)
  }
  return bits
}
