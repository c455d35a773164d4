/**
 * Opens the one folder of the origin private file system in which all files of sectorcache lie.
 *
 * @throws {DOMException} `NotFoundError` when it does not exist and is not to be made; `SecurityError` where
 * there is no OPFS.
 */
export async function openOpfsRoot(create: boolean): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory()
  return root.getDirectoryHandle('sectorcache', { create })
}
