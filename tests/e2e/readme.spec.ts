import { readdir, readFile } from 'node:fs/promises'
import { diskCacheErrorCodes } from '../../src/core/errors.ts'
import { attributeOf, optionNames } from '../../src/core/parse-options.ts'
import { expect, test } from '../support/e2e-test.ts'
import { readRange } from '../support/read.ts'
import { bundleSnippets, readReadme, snippetOf } from '../support/readme.ts'

test('the tag of the README is all that a page needs', async ({ tab, serve }) => {
  const tag = snippetOf(await readReadme(), 'html')
  const site = await serve({
    content: 'pages',
    pages: { '/page.html': `<!doctype html><title>page</title>${tag}` },
  })
  await tab.goto(`${site.url}page.html`)
  const seen = await readRange(tab, '/disks/exerciser-8MiB.img', [0, 512])
  expect(seen.headers['cache-status']).toContain('sectorcache')
})

test('the snippets for a worker, a page and a panel of one’s own run as they stand', async ({
  tab,
  serve,
}) => {
  const readme = await readReadme()
  const names = ['service-worker', 'page', 'panel']
  const folder = await bundleSnippets(
    Object.fromEntries(names.map((name) => [name, snippetOf(readme, 'ts', `${name}.ts`)])),
  )
  const html =
    '<!doctype html><title>page</title><sectorcache-panel></sectorcache-panel>' +
    '<script type="module">' +
    "await navigator.serviceWorker.register('/service-worker.js', { type: 'module' });" +
    "await import('/page.js'); await import('/panel.js')</script>"
  const site = await serve({
    content: 'pages',
    pages: { '/page.html': html },
    mounts: { '/': folder },
  })
  const lines: string[] = []
  tab.on('console', (line) => lines.push(line.text()))
  await tab.goto(`${site.url}page.html`)
  await expect(tab.locator('sectorcache-panel')).toContainText('exerciser-8MiB.img')
  await expect(tab.locator('sectorcache-panel')).toContainText('100%')
  expect(lines).toContain('8388608 of 8388608 bytes')
})

test('the snippet for a block device runs as it stands, and so does open() of a bundled page', async ({
  tab,
  visit,
}) => {
  const folder = await bundleSnippets({
    device: snippetOf(await readFile('docs/block-device.md', 'utf8'), 'ts', 'device.ts'),
    opened: `import { connectDiskCache } from 'sectorcache'
      const cache = await connectDiskCache()
      const device = await cache.disk('/disks/exerciser-8MiB.img').open()
      console.log('opened', device.size, (await device.read(510, 2)).join())`,
  })
  const lines: string[] = []
  tab.on('console', (line) => lines.push(line.text()))
  await visit({}, { mounts: { '/snippets/': folder } })
  for (const name of ['device', 'opened']) {
    await tab.evaluate((path) => import(path), `/snippets/${name}.js`)
  }
  expect(lines).toContainEqual(
    expect.stringMatching(/^8388608 bytes, version ".+", signature 170$/),
  )
  expect(lines).toContain('opened 8388608 85,170')
})

test('the README names every option and every error code, and no others', async () => {
  const readme = await readReadme()
  const section = (title: string): string =>
    readme.split(new RegExp(`^#+ ${title}$`, 'm'))[1]?.split(/^#/m)[0] ?? ''
  const firstCells = [...section('Errors').matchAll(/^\| `([a-z-]+)`/gm)].map(([, code]) => code)
  expect(firstCells).toEqual(diskCacheErrorCodes)
  for (const name of optionNames) expect(section('Options')).toContain(`\`${attributeOf(name)}`)
})

test('the sizes that the README claims are those that are checked', async () => {
  const readme = await readReadme()
  const { 'size-limit': limits } = JSON.parse(await readFile('package.json', 'utf8')) as {
    'size-limit': { name: string; limit: string }[]
  }
  for (const { name, limit } of limits) {
    expect(readme).toMatch(new RegExp(`\\| \`${name}\` +\\| < ${limit} `))
  }
})

test('every picture that `npm run screenshots` takes stands in the README, and no other', async () => {
  const readme = await readReadme()
  const shown = [...readme.matchAll(/docs\/images\/([\w-]+\.png)/g)].map(([, name]) => name)
  expect([...new Set(shown)].sort()).toEqual((await readdir('docs/images')).sort())
})
