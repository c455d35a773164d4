/** A page: a picture, one point a pixel, and text that is there but not drawn. */
export interface PicturePage {
  /** RGB, from top left. */
  readonly pixels: Uint8Array
  readonly text: string
}

/**
 * Writes a PDF 1.4 without compression whose cross-reference table is right, so that a reader fetches just the pages
 * it shows.
 */
export function writePicturePdf(
  pages: readonly PicturePage[],
  { width, height }: { width: number; height: number },
): Uint8Array {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  const offsets: number[] = []
  let length = parts[0]?.length ?? 0
  const append = (...bytes: readonly (string | Uint8Array)[]): void => {
    for (const piece of bytes) {
      const part = typeof piece === 'string' ? Buffer.from(piece, 'latin1') : Buffer.from(piece)
      parts.push(part)
      length += part.length
    }
  }
  const addObject = (...content: readonly (string | Uint8Array)[]): void => {
    offsets.push(length)
    append(`${offsets.length} 0 obj\n`, ...content, '\nendobj\n')
  }
  const addStream = (fields: string, bytes: string | Uint8Array): void =>
    addObject(`<< ${fields} /Length ${bytes.length} >>\nstream\n`, bytes, '\nendstream')

  const firstPage = 4
  const kids = pages.map((_, at) => `${firstPage + at * 3} 0 R`).join(' ')
  addObject('<< /Type /Catalog /Pages 2 0 R >>')
  addObject(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`)
  addObject('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>')
  for (const [at, { pixels, text }] of pages.entries()) {
    const number = firstPage + at * 3
    addObject(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents ${number + 1} 0 R ` +
        `/Resources << /Font << /F 3 0 R >> /XObject << /P ${number + 2} 0 R >> >> >>`,
    )
    const draw = `q ${width} 0 0 ${height} 0 0 cm /P Do Q BT /F 12 Tf 3 Tr 9 9 Td (${text}) Tj ET`
    addStream('', draw)
    addStream(
      `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8`,
      pixels,
    )
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const count = offsets.length + 1
  const start = length
  append(`xref\n0 ${count}\n0000000000 65535 f \n${table}`)
  append(`trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`)
  return Buffer.concat(parts)
}
