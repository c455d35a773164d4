import { readFile } from 'node:fs/promises'
import { brotliCompressSync } from 'node:zlib'
import type { Row } from '../row.ts'
import { projectFile } from '../stage.ts'

const files = ['sectorcache-sw.js', 'sectorcache.js'] as const

/** What a page has to load. */
export const bundleSizes: Row = {
  name: 'sizes',
  method: 'The built files, compressed by brotli at its best.',
  rounds: 1,
  unit: 'kB',
  goals: [
    {
      title: '`sectorcache-sw.js`, minified, brotli',
      as: 'value',
      limit: { atMost: 20 },
      comparisons: [{ label: 'size', of: 'sectorcache-sw.js' }],
    },
    {
      title: '`sectorcache.js`, minified, brotli',
      as: 'value',
      limit: { atMost: 8 },
      comparisons: [{ label: 'size', of: 'sectorcache.js' }],
    },
  ],
  async measure() {
    const sizes = await Promise.all(
      files.map(async (name): Promise<[string, number[]]> => {
        const bytes = await readFile(projectFile(`dist/${name}`))
        return [name, [brotliCompressSync(bytes).length / 1000]]
      }),
    )
    return { rounds: [Object.fromEntries(sizes)] }
  },
}
