import { createMemorySource } from '../../support/clients/memory-source.ts'
import { runFourWays } from '../../support/clients/run-four-ways.ts'
import { sha256Of } from '../../support/clients/sha256-of.ts'
import { writeTiledTiff } from '../../support/clients/tiled-tiff.ts'
import { expect, test } from '../../support/e2e-test.ts'

/** 64 tiles of 128 KiB. */
const [width, height, tileSide] = [2048, 2048, 256]

function pixel(x: number, y: number): number {
  return (Math.imul(x * 31 + 7, y * 17 + 3) ^ (x << 4) ^ y) & 0xffff
}

const file = writeTiledTiff({ width, height, tileSide, pixel })

function expectedWindow([left, top, right, bottom]: readonly number[]): string {
  const pixels: number[] = []
  for (let y = top ?? 0; y < (bottom ?? 0); y++) {
    for (let x = left ?? 0; x < (right ?? 0); x++) pixels.push(pixel(x, y))
  }
  return sha256Of(Uint16Array.from(pixels))
}

/**
 * What geotiff 3.0.5 takes for bytes `[start, end)` in an answer of several parts, whoever gave it: it begins at the
 * line break before them.
 */
function asPart(start: number, end: number): string {
  return sha256Of(Buffer.concat([Buffer.from('\r\n'), file.subarray(start, end - 2)]))
}

/** The global that its bundle makes. */
interface Bundle {
  readonly GeoTIFF: typeof import('geotiff')
}

test('geotiff reads windows of a tiled image, and several ranges in one request', async ({
  tab,
  serve,
}) => {
  const { result, asked } = await runFourWays(
    { tab, serve },
    {
      files: { 'image.tif': createMemorySource(file, { contentType: 'image/tiff' }) },
      scripts: ['/modules/geotiff/dist-browser/geotiff.js'],
      scenario: async () => {
        const { GeoTIFF: library } = globalThis as unknown as Bundle
        const tiff = await library.fromUrl('/disks/image.tif', { maxRanges: 4 })
        const image = await tiff.getImage()
        const windowOf = async (
          source: typeof tiff,
          window: readonly number[],
        ): Promise<string> => {
          const rasters = await (await source.getImage()).readRasters({ window: [...window] })
          return digestOf(Uint16Array.from(rasters[0] as Uint16Array))
        }
        const slices = [
          { offset: 8_000_000, length: 100 },
          { offset: 16, length: 5_000 },
          { offset: 3_000_001, length: 10 },
        ]
        const parts = await tiff.source.fetch(slices)
        const blocked = await library.fromUrl('/disks/image.tif', { blockSize: 65_536 } as object)
        return {
          size: [image.getWidth(), image.getHeight()],
          windows: [
            await windowOf(tiff, [200, 200, 600, 300]),
            await windowOf(tiff, [1500, 1800, 1900, 2048]),
            await windowOf(blocked, [2000, 2000, 2048, 2048]),
          ],
          parts: await Promise.all(parts.map((part) => digestOf(part as ArrayBuffer))),
        }
      },
    },
  )
  expect(result).toEqual({
    size: [width, height],
    windows: [
      expectedWindow([200, 200, 600, 300]),
      expectedWindow([1500, 1800, 1900, 2048]),
      expectedWindow([2000, 2000, 2048, 2048]),
    ],
    parts: [asPart(8_000_000, 8_000_100), asPart(16, 5_016), asPart(3_000_001, 3_000_011)],
  })
  expect(asked).toContain('GET bytes=8000000-8000099,16-5015,3000001-3000010')
})
