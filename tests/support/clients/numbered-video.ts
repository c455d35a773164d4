import type { Page } from '@playwright/test'
import { writeWebm } from './webm-file.ts'

/** Pixels. */
export const videoSize = { width: 384, height: 216 }

/** How long a frame is shown, in milliseconds. */
export const frameMs = 200

/**
 * Makes a video whose frames show their number, as nine squares along the top, black for 0 and white for 1, the
 * lowest bit first; below is noise, so that the file is large.
 *
 * @param page - its browser encodes the frames.
 */
export async function makeNumberedVideo(page: Page, frameCount: number): Promise<Uint8Array> {
  const encoded = await page.evaluate(encodeFrames, { ...videoSize, frameMs, frameCount })
  const frames = encoded.map((base64, at) => ({
    bytes: Buffer.from(base64, 'base64'),
    timestampMs: at * frameMs,
  }))
  return writeWebm(frames, { ...videoSize, durationMs: frameCount * frameMs })
}

interface Encoding {
  readonly width: number
  readonly height: number
  readonly frameMs: number
  readonly frameCount: number
}

/** Runs in a page. @returns VP8 key frames in base64. */
async function encodeFrames({
  width,
  height,
  frameMs: step,
  frameCount,
}: Encoding): Promise<string[]> {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('There is no canvas here.')
  const chunks: Uint8Array[] = []
  let failure: unknown
  const encoder = new VideoEncoder({
    output(chunk) {
      const bytes = new Uint8Array(chunk.byteLength)
      chunk.copyTo(bytes)
      chunks.push(bytes)
    },
    error(error) {
      failure = error
    },
  })
  encoder.configure({ codec: 'vp8', width, height, bitrate: 40e6, framerate: 1000 / step })
  const noise = context.createImageData(width, height)
  let state = 1
  for (let number = 0; number < frameCount; number++) {
    for (let at = 0; at < noise.data.length; at += 4) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      noise.data.set([state >>> 24, state >>> 16, state >>> 8, 255], at)
    }
    context.putImageData(noise, 0, 0)
    for (let bit = 0; bit < 9; bit++) {
      context.fillStyle = (number >> bit) % 2 === 1 ? 'white' : 'black'
      context.fillRect(bit * 40, 0, 40, 40)
    }
    const frame = new VideoFrame(canvas, { timestamp: number * step * 1000 })
    encoder.encode(frame, { keyFrame: true })
    frame.close()
    if (number % 10 === 9) await encoder.flush()
  }
  await encoder.flush()
  if (failure !== undefined) throw failure
  return Promise.all(
    chunks.map(async (bytes) => {
      const url = await new Promise<string>((resolve) => {
        const reader = new FileReader()
        reader.addEventListener('load', () => resolve(String(reader.result)))
        reader.readAsDataURL(new Blob([bytes as BlobPart]))
      })
      return url.slice(url.indexOf(',') + 1)
    }),
  )
}
