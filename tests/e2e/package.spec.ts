import { access, readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'

const files = [
  'sectorcache-sw.js',
  'sectorcache.js',
  'sectorcache-device.js',
  'sectorcache-upkeep.js',
  'sectorcache-archive.js',
  'sectorcache-offline.js',
  'sectorcache-panel.js',
  'index.js',
  'index.d.ts',
  'worker.js',
  'worker.d.ts',
  'device.js',
  'device.d.ts',
  'panel.js',
  'panel.d.ts',
  'panel/define.js',
  'panel/define.d.ts',
]

test('the build makes every file of the contract', async () => {
  for (const file of files) await access(`dist/${file}`)
})

test('the licences of what a file contains lie beside it', async () => {
  for (const [file, names] of [
    ['sectorcache-sw.js', ['comlink', 'idb', 'workbox-core', 'workbox-routing']],
    ['sectorcache.js', ['comlink']],
    ['sectorcache-archive.js', ['idb', 'modern-tar']],
    ['sectorcache-panel.js', ['lit', 'lit-html']],
  ] as const) {
    const notices = await readFile(`dist/licenses/${file}.md`, 'utf8')
    for (const name of names) {
      const notice = notices.split(/^## /m).find((section) => section.startsWith(`${name} - `))
      expect(notice, `${name} in ${file}`).toMatch(/copyright|Apache License/i)
    }
  }
})

test('nobody can tell the worker to fetch URLs by a message to Workbox', async () => {
  expect(await readFile('dist/sectorcache-sw.js', 'utf8')).not.toContain('CACHE_URLS')
  // What it is called, so that this can fail.
  const whole = await readFile('node_modules/workbox-routing/Router.js', 'utf8')
  expect(whole).toContain('CACHE_URLS')
})

test('the drop-in files are self-contained, and name no path of the machine they were built on', async () => {
  for (const file of files.slice(0, 6)) {
    const code = await readFile(`dist/${file}`, 'utf8')
    // Not the word in a text.
    expect(code).not.toMatch(/(?:^|[;{}])\s*import\s*[{*"'`]|\bimport\(\s*["'`]|\brequire\(/m)
    // The one thing that is loaded later lies beside the script.
    const later = code.match(/\bimport\s*\(/g) ?? []
    expect(later).toHaveLength(file === 'sectorcache.js' ? 1 : 0)
    expect(code).not.toContain(process.cwd())
    expect(code).not.toContain('process.env')
  }
})
