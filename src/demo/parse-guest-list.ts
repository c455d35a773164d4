import type { Guest } from './guest.ts'

/**
 * Reads what `GET disks/` answers. Entries that make no sense are left out.
 *
 * @param listing - parsed JSON: `{ disks: [{ name, url, size, kind, expect?, bios }] }`.
 * @param baseUrl - what their URLs are relative to.
 * @throws {TypeError} when it is no such list at all.
 */
export function parseGuestList(listing: unknown, baseUrl: string): Guest[] {
  const disks = (listing as { disks?: unknown } | null)?.disks
  if (!Array.isArray(disks)) throw new TypeError('The answer is not a list of disks.')
  return disks.flatMap((entry) => guestOf(entry, baseUrl) ?? [])
}

function guestOf(
  entry: Partial<Record<keyof Guest, unknown>> | null,
  baseUrl: string,
): Guest | undefined {
  const { name, url, size, kind, expect, bios } = entry ?? {}
  if (typeof name !== 'string' || typeof url !== 'string' || typeof size !== 'number') return
  return {
    name,
    url: new URL(url, baseUrl).href,
    size,
    kind: kind === 'exerciser' || kind === 'linux' ? kind : 'image',
    bios: bios === 'minibios' ? bios : 'seabios',
    ...(typeof expect === 'string' ? { expect } : {}),
  }
}
