import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

/** A file of the package, and the module whose types it has. Both without extension. */
export type TypedEntry = readonly [file: string, module: string]

const folders = [
  'core',
  'protocol',
  'storage',
  'origin',
  'worker',
  'device',
  'upkeep',
  'offline',
  'page',
  'panel',
]

/**
 * Puts declarations beside the built files. They have been made by `tsc --build`; here they are copied to
 * `types/`, and each entry gets a file that points there.
 *
 * @param from - where the compiler wrote declarations of `src/`.
 * @param entries - in `outDir`, and below `from`.
 */
export function declarationsPlugin(from: string, entries: readonly TypedEntry[]): Plugin {
  return {
    name: 'sectorcache:declarations',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'library',
    async writeBundle({ dir = 'dist' }) {
      for (const folder of folders) {
        await copyDeclarations(join(from, folder), join(dir, 'types', folder))
      }
      for (const [file, module] of entries) {
        const up = '../'.repeat(file.split('/').length - 1) || './'
        await mkdir(dirname(join(dir, file)), { recursive: true })
        await writeFile(join(dir, `${file}.d.ts`), `export * from '${up}types/${module}.js'\n`)
      }
    },
  }
}

async function copyDeclarations(from: string, to: string): Promise<void> {
  await cp(from, to, {
    recursive: true,
    filter: (path) => !path.includes('.') || path.endsWith('.d.ts') || path.includes('.cache'),
  })
  for (const entry of await readdir(to, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.d.ts')) continue
    const path = join(entry.parentPath, entry.name)
    // Older compilers do not find a declaration by the name of its source.
    const text = (await readFile(path, 'utf8')).replace(
      /(from '[^']+|import\('[^']+)\.ts'/g,
      "$1.js'",
    )
    await writeFile(path, text)
  }
}
