import { parquetWriteBuffer } from 'hyparquet-writer'
import { createMemorySource } from '../../support/clients/memory-source.ts'
import { runFourWays } from '../../support/clients/run-four-ways.ts'
import { sha256Of } from '../../support/clients/sha256-of.ts'
import { expect, test } from '../../support/e2e-test.ts'

const rowCount = 300_000
const rows = Array.from({ length: rowCount }, (_, at) => at)

const id = (at: number): number => at
const value = (at: number): number => Math.sin(at) * 1e6
const name = (at: number): string => `row ${(at * 7919) % 100_003}`

/** Three row groups of three columns, about 7 MB. */
function makeTable(): Uint8Array {
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'id', data: Int32Array.from(rows, id), type: 'INT32' },
      { name: 'value', data: Float64Array.from(rows, value), type: 'DOUBLE' },
      { name: 'name', data: rows.map(name), type: 'STRING' },
    ],
    rowGroupSize: 100_000,
  })
  return new Uint8Array(buffer)
}

test('hyparquet reads single columns and rows of a table', async ({ tab, serve }) => {
  const { result, asked } = await runFourWays(
    { tab, serve },
    {
      files: { 'table.parquet': createMemorySource(makeTable()) },
      modules: { hyparquet: 'hyparquet/src/index.js' },
      scenario: async () => {
        const { asyncBufferFromUrl, parquetMetadataAsync, parquetReadObjects } =
          await import('hyparquet')
        const file = await asyncBufferFromUrl({ url: '/disks/table.parquet' })
        const metadata = await parquetMetadataAsync(file)
        const values = await parquetReadObjects({ file, metadata, columns: ['value'] })
        const few = { rowStart: 250_000, rowEnd: 250_003 }
        return {
          size: file.byteLength,
          rows: Number(metadata.num_rows),
          values: await digestOf(Float64Array.from(values, (row) => row['value'] as number)),
          few: await parquetReadObjects({ file, metadata, ...few }),
        }
      },
    },
  )
  const table = makeTable()
  expect(result).toEqual({
    size: table.byteLength,
    rows: rowCount,
    values: sha256Of(Float64Array.from(rows, value)),
    few: [250_000, 250_001, 250_002].map((at) => ({
      id: id(at),
      value: value(at),
      name: name(at),
    })),
  })
  expect(asked[0]).toBe('HEAD whole')
  expect(asked).not.toContain('GET whole')
})
