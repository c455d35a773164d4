/**
 * Lets a person choose a file.
 *
 * @param page - the document that the person has clicked in.
 * @param onFile - not called if none is chosen.
 */
export function pickFile(page: Document, onFile: (file: File) => void): void {
  const input = page.createElement('input')
  input.type = 'file'
  input.accept = '.tar'
  input.addEventListener('change', () => {
    const [file] = input.files ?? []
    if (file !== undefined) onFile(file)
  })
  input.click()
}
