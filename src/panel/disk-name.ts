/**
 * What a disk is called: the last part of its path, or its host when the path is empty.
 *
 * @param url - absolute.
 */
export function diskName(url: string): string {
  const { host, pathname } = new URL(url)
  const name = pathname.split('/').findLast((part) => part !== '')
  return name === undefined ? host : decodeSafely(name)
}

function decodeSafely(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
