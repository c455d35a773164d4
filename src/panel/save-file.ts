/**
 * Has the browser save a file.
 *
 * @param page - the document that the person sees.
 */
export function saveFile(file: Blob, name: string, page: Document): void {
  const link = page.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // Not at once: the browser has yet to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
