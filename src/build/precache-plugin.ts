import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import type { Plugin } from 'vite'

/** A file of the demo that its worker keeps, as workbox-precaching wants it. */
interface PrecacheEntry {
  readonly url: string
  /** `null` where the file's name changes with its content. */
  readonly revision: string | null
}

/**
 * Puts the list of the demo's files into its worker, as the constant `__PRECACHE__`. The demo itself must have
 * been built before.
 *
 * @param folder - where the demo was built to.
 */
export function precachePlugin(folder: string): Plugin {
  return {
    name: 'sectorcache:precache',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'demoWorker',
    async renderChunk(code) {
      const entries = await listFiles(folder)
      return `const __PRECACHE__ = ${JSON.stringify(entries)};\n${code}`
    },
  }
}

async function listFiles(folder: string): Promise<PrecacheEntry[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = found
    .filter(({ name, parentPath }) => name !== 'sw.js' && basename(parentPath) !== 'licenses')
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const entries = await Promise.all(paths.map((path) => describeFile(folder, path)))
  return entries.sort((a, b) => (a.url < b.url ? -1 : 1))
}

async function describeFile(folder: string, path: string): Promise<PrecacheEntry> {
  const url = relative(folder, path).split(sep).join('/')
  if (url.startsWith('assets/')) return { url, revision: null }
  const hash = createHash('sha256').update(await readFile(path))
  return { url, revision: hash.digest('hex').slice(0, 16) }
}
