import { readFile } from 'node:fs/promises'
import { expect, test } from '../../support/e2e-test.ts'

test('the table of clients names the versions that are tested', async () => {
  const table = await readFile('docs/clients.md', 'utf8')
  const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
    devDependencies: Readonly<Record<string, string>>
  }
  const names = ['v86', '@zip.js/zip.js', 'pmtiles', 'h5wasm', 'geotiff', 'hyparquet', 'pdfjs-dist']
  for (const name of names) expect(table).toContain(`${name} ${devDependencies[name]}`)
})
