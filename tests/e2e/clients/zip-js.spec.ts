import {
  TextReader,
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipWriter,
  configure,
} from '@zip.js/zip.js'
import { createMemorySource } from '../../support/clients/memory-source.ts'
import { makeNoise } from '../../support/clients/noise.ts'
import { runFourWays } from '../../support/clients/run-four-ways.ts'
import { sha256Of } from '../../support/clients/sha256-of.ts'
import { expect, test } from '../../support/e2e-test.ts'

const noise = [1, 2, 3, 4].map((seed) => makeNoise(1_700_000, seed))
const text = 'The same line again, to be compressed.\n'.repeat(50_000)

/** Stored and deflated entries, with a date that does not change. */
async function makeArchive(): Promise<Uint8Array> {
  configure({ useWebWorkers: false })
  const options = { lastModDate: new Date(2020, 0, 1), extendedTimestamp: false }
  const writer = new ZipWriter(new Uint8ArrayWriter(), options)
  for (const [at, bytes] of noise.entries()) {
    await writer.add(`noise-${at}.bin`, new Uint8ArrayReader(bytes), { level: 0 })
  }
  await writer.add('text.txt', new TextReader(text))
  return writer.close()
}

test('zip.js lists and extracts entries of an archive', async ({ tab, serve }) => {
  const archive = await makeArchive()
  const { result, asked } = await runFourWays(
    { tab, serve },
    {
      files: { 'archive.zip': createMemorySource(archive, { contentType: 'application/zip' }) },
      modules: { '@zip.js/zip.js': '@zip.js/zip.js/index.min.js' },
      scenario: async () => {
        const {
          HttpRangeReader,
          HttpReader,
          Uint8ArrayWriter: Sink,
          ZipReader,
        } = await import('@zip.js/zip.js')
        const extract = async (reader: InstanceType<typeof HttpReader>, names: string[]) => {
          const zip = new ZipReader(reader, { checkSignature: true })
          const entries = await zip.getEntries()
          const digests: string[] = []
          for (const entry of entries) {
            if (entry.directory || !names.includes(entry.filename)) continue
            digests.push(await digestOf(await entry.getData(new Sink())))
          }
          await zip.close()
          return { names: entries.map(({ filename }) => filename), digests }
        }
        const url = '/disks/archive.zip'
        return {
          // One request for size and directory: bytes=-65557.
          bySuffix: await extract(
            new HttpReader(url, { useRangeHeader: true, combineSizeEocd: true }),
            ['noise-1.bin'],
          ),
          // Probes with bytes=0-0, then reads the directory from the end.
          byRange: await extract(new HttpRangeReader(url), ['text.txt', 'noise-3.bin']),
          // HEAD, then ranges by XHR.
          byXhr: await extract(
            new HttpReader(url, { useRangeHeader: true, useXHR: true, preventHeadRequest: false }),
            ['noise-0.bin'],
          ),
        }
      },
    },
  )
  const names = ['noise-0.bin', 'noise-1.bin', 'noise-2.bin', 'noise-3.bin', 'text.txt']
  const noiseDigest = (at: number): string => sha256Of(noise[at] ?? new Uint8Array())
  const encoder = new TextEncoder()
  expect(result).toEqual({
    byRange: { names, digests: [noiseDigest(3), sha256Of(encoder.encode(text))] },
    bySuffix: { names, digests: [noiseDigest(1)] },
    byXhr: { names, digests: [noiseDigest(0)] },
  })
  expect(asked).toEqual(expect.arrayContaining(['GET bytes=0-0', 'GET bytes=-65557', 'HEAD whole']))
})
