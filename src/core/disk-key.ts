/** URLs whose key is remembered: signed ones are new in each request. */
const limit = 64

/**
 * Makes a {@link toDiskKey} that remembers what it was asked lately: taking a URL apart is slow, for each read.
 *
 * @param keyParams - names of the query parameters that choose the disk.
 */
export function rememberDiskKeys(keyParams: readonly string[]): (url: string) => string {
  const known = new Map<string, string>()
  return (url) => {
    const key = known.get(url) ?? toDiskKey(url, keyParams)
    if (known.size >= limit) known.clear()
    known.set(url, key)
    return key
  }
}

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
