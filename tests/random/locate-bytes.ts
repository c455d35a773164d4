import type { ModelDisk } from './model-disk.ts'

const stepBytes = 512

/** Tells which versions the bytes of a body are of, if it was read from `start`. */
export function locateBytes(body: Uint8Array, start: number, { versions }: ModelDisk): string {
  const found: { what: string; from: number; to: number }[] = []
  for (let at = 0; at < body.length; at += stepBytes) {
    const part = Buffer.from(body.subarray(at, at + stepBytes))
    const version = versions.find(({ bytes }) =>
      part.equals(bytes.subarray(start + at, start + at + part.length)),
    )
    const isZero = part.every((byte) => byte === 0)
    const what = version ? `version ${version.number}` : isZero ? 'zeroes' : 'no version'
    const last = found.at(-1)
    if (last?.what === what) last.to = at + part.length
    else found.push({ what, from: at, to: at + part.length })
  }
  return found
    .slice(0, 20)
    .map(({ what, from, to }) => `bytes ${start + from}-${start + to - 1}: ${what}`)
    .join('; ')
}
