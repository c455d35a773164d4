import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/**
 * Copies `public/` into the demo, except the disk images: they can be gigabytes, and the server reads them where
 * they are.
 */
export function publicFilesPlugin(publicDir: string): Plugin {
  return {
    name: 'sectorcache:public-files',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'client',
    async generateBundle() {
      const found = await readdir(publicDir, { recursive: true, withFileTypes: true })
      for (const entry of found) {
        const path = join(entry.parentPath, entry.name)
        const fileName = path.slice(publicDir.length + 1)
        if (!entry.isFile() || fileName.startsWith('disks')) continue
        this.emitFile({ type: 'asset', fileName, source: await readFile(path) })
      }
    },
  }
}
