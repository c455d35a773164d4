import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The text of the README. */
export function readReadme(): Promise<string> {
  return readFile(`${root}README.md`, 'utf8')
}

/** The first code block of a language, or the one that begins with the comment `// name`. */
export function snippetOf(readme: string, language: string, name?: string): string {
  for (const [, code = ''] of readme.matchAll(
    new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'),
  )) {
    if (name === undefined || code.startsWith(`// ${name}\n`)) return code
  }
  throw new Error(`README.md has no ${language} block ${name ?? ''}`)
}

/** Entries of the package, as its users' bundlers find them. */
async function packageEntries(): Promise<Record<string, string>> {
  const { exports } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as {
    exports: Record<string, { default: string } | string>
  }
  const entries: Record<string, string> = {}
  for (const [entry, target] of Object.entries(exports)) {
    if (typeof target === 'object') entries[`sectorcache${entry.slice(1)}`] = root + target.default
  }
  return entries
}

/**
 * Bundles TypeScript that imports `sectorcache`, with the built package.
 *
 * @returns the folder below the project's root that has `<name>.js` in it.
 */
export async function bundleSnippets(snippets: Readonly<Record<string, string>>): Promise<string> {
  const folder = 'tests/.results/readme'
  await rm(root + folder, { recursive: true, force: true })
  await mkdir(root + folder, { recursive: true })
  const entries = Object.entries(await packageEntries())
  for (const [name, code] of Object.entries(snippets)) {
    const entry = `${root}${folder}/${name}.ts`
    await writeFile(entry, code)
    await build({
      configFile: false,
      root: root + folder,
      logLevel: 'error',
      define: { 'process.env.NODE_ENV': '"production"' },
      resolve: {
        alias: entries.map(([find, replacement]) => ({
          find: new RegExp(`^${find}$`),
          replacement,
        })),
      },
      build: {
        outDir: '.',
        emptyOutDir: false,
        lib: { entry, formats: ['es'], fileName: () => `${name}.js` },
      },
    })
  }
  return folder
}
