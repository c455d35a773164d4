/**
 * The key under which a disk is kept: its URL without fragment, and with only those query
 * parameters that belong to the key, sorted. Everything else in the query (signatures, expiry
 * times) is sent to the origin and does not tell disks apart.
 *
 * @param url - an absolute URL.
 * @param keyParams - names of the query parameters that choose the disk.
 */
export function toDiskKey(url: URL | string, keyParams: readonly string[] = []): string {
  const key = new URL(url)
  const kept = [...key.searchParams].filter(([name]) => keyParams.includes(name))
  key.hash = ''
  key.search = ''
  for (const [name, value] of kept) key.searchParams.append(name, value)
  key.searchParams.sort()
  return key.href
}
