import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { MissingError } from './missing-error.ts'

/** A place that packages come from, as apt's lists name it. */
export interface AptSource {
  readonly uri: string
  readonly suites: readonly string[]
}

/**
 * Finds the Debian mirror that this machine uses, or takes `DEBIAN_MIRROR` from the environment.
 *
 * @param suite - preferred suite, such as `bookworm`; another one's mirror has it as well
 * @param aptFolder - folder with apt's lists
 * @throws MissingError when there is none
 */
export async function findDebianMirror(suite: string, aptFolder = '/etc/apt'): Promise<string> {
  const given = process.env['DEBIAN_MIRROR']
  if (given !== undefined && given !== '') return given
  const sources = await readAptSources(aptFolder)
  const ofSuite = sources.find(({ suites }) => suites.includes(suite))
  const ofDebian = sources.find(({ uri }) => /\/debian\/?$/.test(uri))
  const source = ofSuite ?? ofDebian
  if (source !== undefined) return source.uri
  throw new MissingError(
    `no Debian mirror in ${aptFolder}: set DEBIAN_MIRROR to the URL of one, such as http://mirror.example/debian`,
  )
}

/** Reads all lists below apt's folder, in apt's order. Files with other endings are ignored, as apt does. */
export async function readAptSources(aptFolder: string): Promise<AptSource[]> {
  const partsFolder = join(aptFolder, 'sources.list.d')
  const parts = (await readdir(partsFolder).catch(() => [])).toSorted()
  const files = [join(aptFolder, 'sources.list'), ...parts.map((name) => join(partsFolder, name))]
  const sources = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8').catch(() => '')
      if (file.endsWith('.list')) return parseOneLineList(text)
      return file.endsWith('.sources') ? parseDeb822List(text) : []
    }),
  )
  return sources.flat()
}

/** Reads lines such as `deb [signed-by=...] http://mirror.example/debian bookworm main`. */
export function parseOneLineList(text: string): AptSource[] {
  const lines = text.matchAll(/^[ \t]*deb[ \t]+(?:\[[^\]]*\][ \t]+)?(\S+)[ \t]+(\S+)/gm)
  return Array.from(lines, ([, uri = '', suite = '']) => ({ uri, suites: [suite] }))
}

/** Reads stanzas with `Types`, `URIs` and `Suites`. */
export function parseDeb822List(text: string): AptSource[] {
  const withoutComments = text.replace(/^#.*\n?/gm, '')
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string): string[] => {
      const value = new RegExp(`^${name}:((?:.|\\n[ \\t])*)`, 'im').exec(stanza)?.[1] ?? ''
      return value.split(/\s+/).filter((word) => word !== '')
    }
    const isDisabled = /^(no|false|0|off|disable)$/i.test(field('Enabled')[0] ?? '')
    if (isDisabled || !field('Types').includes('deb')) return []
    return field('URIs').map((uri) => ({ uri, suites: field('Suites') }))
  })
}
