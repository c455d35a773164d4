/**
 * Decodes the path of a request below the disks' folder into a name that cannot leave the folder.
 *
 * @param encodedPath - for instance `linux.img` or `parts/linux%20disk.img`, without a query
 * @returns `undefined` for anything with `..`, hidden or empty segments, a backslash, a NUL, or broken escapes
 */
export function decodeDiskName(encodedPath: string): string | undefined {
  let name: string
  try {
    name = decodeURIComponent(encodedPath)
  } catch {
    return undefined
  }
  if (/[\0\\]/.test(name)) return undefined
  const isPlain = name.split('/').every((segment) => segment !== '' && !segment.startsWith('.'))
  return isPlain ? name : undefined
}
