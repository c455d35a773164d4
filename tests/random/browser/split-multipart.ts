/** A part as it stands in a body. */
export interface MultipartPart {
  readonly contentType: string
  readonly contentRange: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/**
 * Splits a `multipart/byteranges` body (RFC 9110 section 14.6) to the letter: parts are as long as their
 * `Content-Range` says, and nothing stands between them but the delimiter.
 *
 * @returns what is wrong, if something is.
 */
export function splitMultipart(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): MultipartPart[] | string {
  const boundary = /^multipart\/byteranges; ?boundary="?([^";]+)"?$/.exec(contentType)?.[1]
  if (boundary === undefined) return `its Content-Type is "${contentType}"`
  const parts: MultipartPart[] = []
  for (let at = 0; ;) {
    const line = textAt(body, at, 1024)
    const end = `\r\n--${boundary}--`
    if (line.startsWith(end)) {
      const rest = line.slice(end.length)
      return rest === '' || rest === '\r\n' ? parts : `after its end there is ${quote(rest)}`
    }
    const head = new RegExp(`^(?:\r\n)?--${boundary}\r\n((?:[^\r\n]+\r\n)*)\r\n`).exec(line)
    if (head === null) return `at byte ${at} there is no delimiter, but ${quote(line.slice(0, 80))}`
    const fields = new Headers(
      (head[1] ?? '')
        .trim()
        .split('\r\n')
        .map((field): [string, string] => [
          field.slice(0, field.indexOf(':')),
          field.slice(field.indexOf(':') + 1),
        ]),
    )
    const contentRange = fields.get('Content-Range') ?? ''
    const [, first, last] = /^bytes (\d+)-(\d+)\/\d+$/.exec(contentRange) ?? []
    if (first === undefined || last === undefined) return `a part has "${contentRange}"`
    const start = at + head[0].length
    const length = Number(last) - Number(first) + 1
    if (start + length > body.byteLength) return `the body ends within ${contentRange}`
    parts.push({
      contentType: fields.get('Content-Type') ?? '',
      contentRange,
      bytes: body.subarray(start, start + length),
    })
    at = start + length
  }
}

function textAt(body: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...body.subarray(at, at + length))
}

function quote(text: string): string {
  return JSON.stringify(text)
}
