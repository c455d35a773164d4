import { makeHdf5File } from '../../support/clients/hdf5-file.ts'
import { createMemorySource } from '../../support/clients/memory-source.ts'
import { makeNoise } from '../../support/clients/noise.ts'
import { runFourWays } from '../../support/clients/run-four-ways.ts'
import { sha256Of } from '../../support/clients/sha256-of.ts'
import { expect, test } from '../../support/e2e-test.ts'

const table = Int32Array.from({ length: 1_000_000 }, (_, at) => at * 3 - 1)
const noise = makeNoise(2_500_000, 9)

test('an Emscripten module reads a lazy file by synchronous XHR in a dedicated worker', async ({
  tab,
  serve,
}) => {
  const file = await makeHdf5File({ table, unit: 'mm', noise })
  const { result, asked } = await runFourWays(
    { tab, serve },
    {
      files: { 'data.h5': createMemorySource(file) },
      scenario: async () => {
        const kept = globalThis as { lazyFileWorker?: Worker }
        kept.lazyFileWorker ??= new Worker('/lazy-file-worker.js', { type: 'module' })
        const worker = kept.lazyFileWorker
        const answer = new Promise<unknown>((resolve, reject) => {
          worker.addEventListener('message', ({ data }) => resolve(data), { once: true })
          worker.addEventListener('error', ({ message }) => reject(new Error(message)))
        })
        worker.postMessage('/disks/data.h5')
        return answer
      },
    },
  )
  expect(result).toEqual({
    result: {
      keys: expect.arrayContaining(['noise', 'measured']) as unknown,
      shape: [table.length],
      unit: 'mm',
      rows: Array.from(table.subarray(700_000, 700_004)),
      whole: sha256Of(noise),
    },
  })
  expect(asked).toEqual(expect.arrayContaining(['HEAD whole', 'GET bytes=0-1048575']))
  expect(asked).not.toContain('GET whole')
})
