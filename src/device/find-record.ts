import { toDiskKey } from '../core/disk-key.ts'
import { isSameGeneration } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'

/**
 * Whether `key` can be the key under which the worker keeps the disk with this URL. Only the worker knows which query
 * parameters belong to keys: those of the key itself, at least.
 */
export function canBeKeyOf(url: string, key: string): boolean {
  return toDiskKey(url, [...new URL(key).searchParams.keys()]) === key
}

/**
 * Finds the stored generation that a client reads, among those of all disks.
 *
 * A key with more parameters of the URL is nearer to it: where the worker tells disks apart by a parameter, the disk
 * without it is another one.
 */
export function findRecord(
  records: readonly GenerationRecord[],
  { url, identity }: { readonly url: string; readonly identity: GenerationIdentity },
): GenerationRecord | undefined {
  const [nearest] = records
    .filter((record) => isSameGeneration(record.identity, identity) && canBeKeyOf(url, record.url))
    .sort((a, b) => countParams(b.url) - countParams(a.url))
  return nearest
}

function countParams(key: string): number {
  return [...new URL(key).searchParams].length
}
