import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'

import {
  findDebianMirror,
  parseDeb822List,
  parseOneLineList,
  readAptSources,
} from '../../src/demo/server/linux/debian-mirror.ts'
import {
  corpusExpectation,
  corpusManifest,
  fileCorpus,
} from '../../src/demo/server/linux/file-corpus.ts'
import { MissingError } from '../../src/demo/server/linux/missing-error.ts'
import { newcArchive } from '../../src/demo/server/linux/newc-archive.ts'
import { requireTools, runTool } from '../../src/demo/server/linux/tools.ts'
import { LINUX_EXPECTATION } from '../../src/demo/server/linux-expectation.ts'

afterEach(() => vi.unstubAllEnvs())

const ONE_LINE = `
# deb http://commented.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://one.example/debian/ bookworm main
deb http://two.example/debian-security bookworm-security main
`

const DEB822 = `Types: deb deb-src
# a comment within a stanza
URIs: http://three.example/debian
  http://four.example/debian
Suites: trixie trixie-updates
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
`

test('mirrors are read from lists of one line each', () => {
  expect(parseOneLineList(ONE_LINE)).toEqual([
    { uri: 'http://one.example/debian/', suites: ['bookworm'] },
    { uri: 'http://two.example/debian-security', suites: ['bookworm-security'] },
  ])
})

test('mirrors are read from stanzas', () => {
  const suites = ['trixie', 'trixie-updates']
  expect(parseDeb822List(DEB822)).toEqual([
    { uri: 'http://three.example/debian', suites },
    { uri: 'http://four.example/debian', suites },
  ])
})

test('a mirror of the suite goes first, then any of Debian, and the environment before both', async () => {
  vi.stubEnv('DEBIAN_MIRROR', '')
  const folder = await mkdtemp(join(tmpdir(), 'apt-'))
  await mkdir(join(folder, 'sources.list.d'))
  const list = join(folder, 'sources.list.d', 'b.list')
  await writeFile(join(folder, 'sources.list.d', 'a.sources'), DEB822)
  await writeFile(join(folder, 'sources.list.d', 'c.list.disabled'), ONE_LINE)
  expect((await readAptSources(folder)).length).toBe(2)
  expect(await findDebianMirror('bookworm', folder)).toBe('http://three.example/debian')
  await writeFile(list, ONE_LINE)
  expect(await findDebianMirror('bookworm', folder)).toBe('http://one.example/debian/')
  vi.stubEnv('DEBIAN_MIRROR', 'http://mine.example/')
  expect(await findDebianMirror('bookworm', folder)).toBe('http://mine.example/')
  await rm(folder, { recursive: true })
})

test('without a mirror, the way out is told', async () => {
  vi.stubEnv('DEBIAN_MIRROR', '')
  await expect(findDebianMirror('bookworm', '/no/such/folder')).rejects.toThrow(MissingError)
  await expect(findDebianMirror('bookworm', '/no/such/folder')).rejects.toThrow('DEBIAN_MIRROR')
})

test('the files of the guest are those that pages and tests expect', () => {
  const files = fileCorpus()
  expect(files.length).toBe(603)
  expect(corpusExpectation(corpusManifest(files))).toBe(LINUX_EXPECTATION)
}, 60_000)

test('an archive has aligned headers, names and contents, and an end', () => {
  const content = Buffer.from('12345')
  const archive = Buffer.from(newcArchive([{ path: 'init', mode: 0o100755, content }]))
  expect(archive.subarray(0, 6).toString()).toBe('070701')
  expect(archive.subarray(14, 22).toString()).toBe('000081ed') // mode
  expect(archive.subarray(54, 62).toString()).toBe('00000005') // size
  expect(archive.subarray(110, 115).toString()).toBe('init\0')
  expect(archive.subarray(116, 121).toString()).toBe('12345')
  expect(archive.subarray(124, 130).toString()).toBe('070701')
  expect(archive.toString()).toContain('TRAILER!!!')
  expect(archive.length % 4).toBe(0)
})

test('all missing programs are named, with their packages', () => {
  const packages = { sh: 'dash', 'no-such-a': 'a', 'no-such-b': 'b' }
  expect(() => requireTools(packages)).toThrow(MissingError)
  expect(() => requireTools(packages)).toThrow(
    /no-such-a \(Debian package a\)\n.*no-such-b \(Debian package b\)$/,
  )
})

test('a program that fails tells why', async () => {
  await expect(runTool('sh', ['-c', 'echo because >&2; exit 1'])).rejects.toThrow(
    'sh failed: because',
  )
})
