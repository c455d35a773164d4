import { access, readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'

const files = [
  'sectorcache-sw.js',
  'sectorcache.js',
  'sectorcache-panel.js',
  'index.js',
  'index.d.ts',
  'worker.js',
  'worker.d.ts',
  'panel.js',
  'panel.d.ts',
  'panel/define.js',
  'panel/define.d.ts',
]

test('the build makes every file of the contract', async () => {
  for (const file of files) await access(`dist/${file}`)
})

test('the drop-in files are self-contained, and name no path of the machine they were built on', async () => {
  for (const file of files.slice(0, 3)) {
    const code = await readFile(`dist/${file}`, 'utf8')
    expect(code).not.toMatch(/\bimport\s*[{*"'(]|\brequire\(/)
    expect(code).not.toContain(process.cwd())
    expect(code).not.toContain('process.env')
  }
})
