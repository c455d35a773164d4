/** A part of a `multipart/byteranges` body. */
export interface BodyPart {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * Splits a `multipart/byteranges` body, to the letter of RFC 2046 section 5.1.1.
 *
 * @throws when it is not well formed.
 */
export function parseMultipart(contentType: string, body: Buffer): BodyPart[] {
  const boundary = /^multipart\/byteranges; boundary=([^\s;"]+)$/.exec(contentType)?.[1]
  if (boundary === undefined) throw new Error(`no boundary in "${contentType}"`)
  const text = body.toString('latin1')
  const [preamble, ...sections] = `${text.startsWith('--') ? '\r\n' : ''}${text}`.split(
    `\r\n--${boundary}`,
  )
  if (preamble !== '') throw new Error('there is something before the first part')
  const end = sections.pop()
  if (end !== '--\r\n' && end !== '--') throw new Error('the last delimiter is missing')
  return sections.map(parsePart)
}

function parsePart(section: string): BodyPart {
  const at = section.indexOf('\r\n\r\n')
  if (!section.startsWith('\r\n') || at < 0) throw new Error('a part without header fields')
  const lines = section.slice(2, at).split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([^:\s]+):\s*(.*?)\s*$/.exec(line) ?? []
      return [name.toLowerCase(), value]
    }),
  )
  return { headers, body: Buffer.from(section.slice(at + 4), 'latin1') }
}
