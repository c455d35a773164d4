import { createMemorySource } from '../../support/clients/memory-source.ts'
import { makeNoise } from '../../support/clients/noise.ts'
import { writePicturePdf } from '../../support/clients/picture-pdf.ts'
import { runFourWays } from '../../support/clients/run-four-ways.ts'
import { sha256Of } from '../../support/clients/sha256-of.ts'
import { expect, test } from '../../support/e2e-test.ts'

const [width, height] = [500, 320]
const pages = Array.from({ length: 20 }, (_, at) => ({
  text: `This is page ${at + 1}`,
  pixels: makeNoise(width * height * 3, at),
}))

/** As a canvas has them. */
function rgbaOf(pixels: Uint8Array): Uint8Array {
  const rgba = new Uint8Array((pixels.length / 3) * 4).fill(255)
  for (let at = 0; at < pixels.length / 3; at++)
    rgba.set(pixels.subarray(at * 3, at * 3 + 3), at * 4)
  return rgba
}

test('pdf.js breaks off its first request and shows pages by ranges', async ({ tab, serve }) => {
  const file = writePicturePdf(pages, { width, height })
  const { result, asked } = await runFourWays(
    { tab, serve },
    {
      files: { 'book.pdf': createMemorySource(file, { contentType: 'application/pdf' }) },
      // Its first request wants all of the file, so that some of it would be missing when it is warm.
      prefetch: true,
      modules: { 'pdfjs-dist': 'pdfjs-dist/build/pdf.mjs' },
      scenario: async () => {
        const { GlobalWorkerOptions, getDocument } = await import('pdfjs-dist')
        GlobalWorkerOptions.workerPort ??= new Worker('/modules/pdfjs-dist/build/pdf.worker.mjs', {
          type: 'module',
        })
        const task = getDocument({
          url: '/disks/book.pdf',
          disableStream: true,
          disableAutoFetch: true,
        })
        const book = await task.promise
        const seen: { text: string; pixels: string }[] = []
        for (const number of [1, 18, 7]) {
          const page = await book.getPage(number)
          const viewport = page.getViewport({ scale: 1 })
          const canvas = document.createElement('canvas')
          canvas.width = viewport.width
          canvas.height = viewport.height
          const context = canvas.getContext('2d', { willReadFrequently: true })
          await page.render({ canvas, viewport }).promise
          const { data } = context?.getImageData(0, 0, canvas.width, canvas.height) ?? {}
          const { items } = await page.getTextContent()
          const text = items.map((item) => ('str' in item ? item.str : '')).join('')
          seen.push({ text, pixels: data === undefined ? '' : await digestOf(data) })
        }
        const count = book.numPages
        await task.destroy()
        return { count, seen }
      },
    },
  )
  expect(result).toEqual({
    count: pages.length,
    seen: [1, 18, 7].map((number) => ({
      text: `This is page ${number}`,
      pixels: sha256Of(rgbaOf(pages[number - 1]?.pixels ?? new Uint8Array())),
    })),
  })
  expect(asked[0]).toBe('GET whole')
  expect(asked).toContain('GET bytes=0-65535')
})
