import { joinRuns } from '../core/chunk-grid.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import type { ChunkKey, ChunkTransaction } from './catalog-schema.ts'
import { keysOfGeneration, keysOfRun } from './catalog-schema.ts'
import { isPresent, pageOf } from './coverage-page.ts'
import { addTombstone } from './tombstones.ts'
import { unheard } from './transact.ts'

/*
 * Equal chunks have their data once, in `chunks`, under the key of the one that was stored first. Each of the others has
 * a record in `shares` that points there, whatever generation it is of. Data is deleted when its own bit is off and no
 * record points to it any more. Every change is one transaction, so neither a kill nor a power loss leaves a pointer
 * without data.
 */

/** A chunk whose data is to be stored. */
export interface SharedChunk {
  readonly index: number
  readonly digest: ArrayBuffer
  /** Makes what is put into `chunks`. */
  data(): Blob | ArrayBuffer
}

/**
 * Stores the data of chunks, inside the caller's transaction, unless equal data is there already. A chunk of which there was
 * data, or a pointer, gets data of its own: what was there may be damaged.
 */
export async function putChunks(
  transaction: ChunkTransaction,
  generation: string,
  chunks: readonly SharedChunk[],
): Promise<void> {
  const places = await Promise.all(
    chunks.map(async (chunk) => {
      const isNew = await isFree(transaction, [generation, chunk.index])
      return {
        ...chunk,
        isNew,
        equal: isNew ? await findEqual(transaction, chunk.digest) : undefined,
      }
    }),
  )
  const stored = new Map<string, ChunkKey>()
  // Pointers first: what they lead to may have to make way for another of these chunks, and stays for them then.
  const ordered = places.sort(
    (a, b) => Number(b.equal !== undefined) - Number(a.equal !== undefined),
  )
  for (const { isNew, equal: found, index, digest, data } of ordered) {
    const key: ChunkKey = [generation, index]
    const name = nameOf(digest)
    const equal = found ?? (isNew ? stored.get(name) : undefined)
    if (equal !== undefined) {
      unheard(transaction.objectStore('shares').put({ of: equal }, key))
      continue
    }
    if (!isNew) await vacate(transaction, key, digest)
    unheard(transaction.objectStore('chunks').put(data(), key))
    unheard(transaction.objectStore('digests').put(digest, key))
    stored.set(name, key)
  }
}

/**
 * Makes way for data with another digest: chunks that share what lies under `key` keep it, under the key of one of them; a
 * pointer that lies there is taken away.
 */
async function vacate(
  transaction: ChunkTransaction,
  key: ChunkKey,
  digest: ArrayBuffer,
): Promise<void> {
  const [chunks, shares] = [transaction.objectStore('chunks'), transaction.objectStore('shares')]
  const digests = transaction.objectStore('digests')
  const share = await shares.get(key)
  if (share !== undefined) {
    unheard(shares.delete(key))
    buryChunks(transaction, await findReleased(transaction, [share.of]))
  }
  const [heir, ...others] = await shares.index('of').getAllKeys(IDBKeyRange.only(key))
  const before = await digests.get(key)
  if (heir === undefined || (before !== undefined && nameOf(before) === nameOf(digest))) return
  const kept = await chunks.get(key)
  unheard(shares.delete(heir))
  // Data that was found bad is nobody's any more.
  const isGood = kept !== undefined && before !== undefined
  for (const other of others)
    unheard(isGood ? shares.put({ of: heir }, other) : shares.delete(other))
  if (!isGood) return
  unheard(chunks.put(kept, heir))
  unheard(digests.put(before, heir))
}

/** Where data with this SHA-256 lies, if it does. */
export async function findEqual(
  transaction: ChunkTransaction,
  digest: ArrayBuffer,
): Promise<ChunkKey | undefined> {
  const key = await transaction.objectStore('digests').index('digest').getKey(digest)
  if (key === undefined) return undefined
  // An older worker, or the browser, may have deleted the data and nothing else.
  return (await transaction.objectStore('chunks').getKey(key)) === undefined ? undefined : key
}

/**
 * Sees to it that the data of a chunk is shared by no more chunks: it is bad.
 *
 * @returns the other chunks that have it.
 */
export async function disownData(
  transaction: ChunkTransaction,
  key: ChunkKey,
): Promise<ChunkKey[]> {
  const shares = transaction.objectStore('shares')
  const hasOwn = (await transaction.objectStore('chunks').getKey(key)) !== undefined
  const owner = hasOwn ? key : (await shares.get(key))?.of
  if (owner === undefined) return []
  unheard(transaction.objectStore('digests').delete(owner))
  const sharers = await shares.index('of').getAllKeys(IDBKeyRange.only(owner))
  return [owner, ...sharers].filter(([id, index]) => id !== key[0] || index !== key[1])
}

/** Deletes data of a run, bits or not, but what others share; and what it shares, if it is the last to do so. */
export async function dropChunks(
  transaction: ChunkTransaction,
  generation: string,
  run: ChunkRun,
): Promise<void> {
  const [chunks, shares] = [transaction.objectStore('chunks'), transaction.objectStore('shares')]
  const keys = keysOfRun(generation, run)
  const [owned, pointers] = await Promise.all([chunks.getAllKeys(keys), shares.getAll(keys)])
  unheard(shares.delete(keys))
  const released = await findReleased(
    transaction,
    pointers.map(({ of }) => of),
  )
  await deleteChunks(transaction, [...owned, ...released])
}

/** Whether there is neither data nor a pointer of a chunk. */
export async function isFree(transaction: ChunkTransaction, key: ChunkKey): Promise<boolean> {
  const known = await Promise.all([
    transaction.objectStore('chunks').getKey(key),
    transaction.objectStore('shares').getKey(key),
  ])
  return known.every((it) => it === undefined)
}

/** Deletes what lies under `keys`, inside the caller's transaction: data only if nobody shares it. */
export async function deleteChunks(
  transaction: ChunkTransaction,
  keys: readonly ChunkKey[],
): Promise<void> {
  const [chunks, shares] = [transaction.objectStore('chunks'), transaction.objectStore('shares')]
  const owners: ChunkKey[] = []
  for (const key of keys) {
    const share = await shares.get(key)
    if (share === undefined) continue
    unheard(shares.delete(key))
    owners.push(share.of)
  }
  for (const key of keys) {
    if ((await shares.index('of').getKey(IDBKeyRange.only(key))) !== undefined) continue
    unheard(chunks.delete(key))
    unheard(transaction.objectStore('digests').delete(key))
  }
  buryChunks(transaction, await findReleased(transaction, owners))
}

/**
 * Deletes everything of a generation that is given up, inside the caller's transaction, but what others share.
 *
 * @param isUrgent - there is no room for a tombstone: what it had of others goes at once, with the last that has it.
 */
export async function deleteGeneration(
  transaction: ChunkTransaction,
  generation: string,
  isUrgent = false,
): Promise<void> {
  const shares = transaction.objectStore('shares')
  const all = keysOfGeneration(generation)
  const owners = (await shares.getAll(all)).map(({ of }) => of)
  unheard(shares.delete(all))
  const shared = await shares.index('of').getAll(all)
  const used = new Set(shared.map(({ of }) => of[1]))
  if (used.size === 0) {
    unheard(transaction.objectStore('chunks').delete(all))
    unheard(transaction.objectStore('digests').delete(all))
  } else {
    for (const key of await transaction.objectStore('chunks').getAllKeys(all)) {
      if (used.has(key[1])) continue
      unheard(transaction.objectStore('chunks').delete(key))
      unheard(transaction.objectStore('digests').delete(key))
    }
  }
  const released = await findReleased(
    transaction,
    owners.filter(([id]) => id !== generation),
  )
  if (isUrgent) await deleteChunks(transaction, released)
  else buryChunks(transaction, released)
}

/** Those of `owners` that have no bit any more: their data was kept for others. */
async function findReleased(
  transaction: ChunkTransaction,
  owners: readonly ChunkKey[],
): Promise<ChunkKey[]> {
  const released: ChunkKey[] = []
  for (const key of owners) {
    const page = await transaction.objectStore('pages').get([key[0], pageOf(key[1])])
    if (page === undefined || !isPresent(page, key[1])) released.push(key)
  }
  return released
}

/** Data that was kept for others alone is given up with the last of them; its readers get their minute. */
function buryChunks(transaction: ChunkTransaction, keys: readonly ChunkKey[]): void {
  const byGeneration = new Map<string, Set<number>>()
  for (const [generation, index] of keys) {
    byGeneration.set(generation, (byGeneration.get(generation) ?? new Set()).add(index))
  }
  for (const [generation, indices] of byGeneration) {
    const runs = joinRuns([...indices].sort((a, b) => a - b))
    addTombstone(transaction.objectStore('tombstones'), { generation, backend: 'idb', runs })
  }
}

function nameOf(digest: ArrayBuffer): string {
  return new Uint8Array(digest).join()
}
